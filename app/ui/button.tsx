import type { ComponentProps } from 'react'

const BASE =
  'inline-flex min-h-11 items-center justify-center rounded px-5 font-medium transition-colors disabled:opacity-60'
const KINDS = {
  primary: 'bg-accent text-on-accent hover:bg-ink hover:text-paper',
  quiet: 'border-edge text-ink hover:border-ink border bg-transparent',
}

/** What looks like a button: for links too. */
export function buttonClass(kind: keyof typeof KINDS): string {
  return `${BASE} ${KINDS[kind]}`
}

export function Button({
  kind = 'primary',
  className = '',
  ...props
}: ComponentProps<'button'> & { kind?: keyof typeof KINDS }) {
  return <button type="button" {...props} className={`${buttonClass(kind)} ${className}`} />
}
