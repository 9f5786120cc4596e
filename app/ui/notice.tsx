import type { ReactNode } from 'react'

const TONES = {
  plain: { border: 'border-edge', mark: '' },
  stands: { border: 'border-stands', mark: '✓' },
  falls: { border: 'border-falls', mark: '✗' },
}

/** Something that the reader has to know: a shape and words, never a colour alone. */
export function Notice({
  tone = 'plain',
  title,
  live,
  children,
}: {
  tone?: keyof typeof TONES
  title: string
  /** Read out when it appears. */
  live?: boolean
  children?: ReactNode
}) {
  const { border, mark } = TONES[tone]
  return (
    <section
      {...(live && { role: 'status' })}
      className={`border-l-4 bg-raised px-5 py-4 ${border}`}
      aria-label={title}
    >
      <p className="font-medium">
        {mark && (
          <span aria-hidden className="mr-2">
            {mark}
          </span>
        )}
        {title}
      </p>
      {children && <div className="mt-1 max-w-prose text-muted">{children}</div>}
    </section>
  )
}
