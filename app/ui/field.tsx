import { useId, type ComponentProps } from 'react'

/** A labelled input, with a hint that is read out with it. */
export function Field({
  label,
  hint,
  ...props
}: ComponentProps<'input'> & { label: string; hint?: string }) {
  const id = useId()
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <input
        {...props}
        id={id}
        {...(hint && { 'aria-describedby': `${id}-hint` })}
        className="min-h-11 w-full rounded border border-edge bg-raised px-3"
      />
      {hint && (
        <p id={`${id}-hint`} className="text-small text-muted">
          {hint}
        </p>
      )}
    </div>
  )
}
