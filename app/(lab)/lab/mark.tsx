import type { Outcome } from '@/lib/lab/matrix'

/** The three outcomes: a shape, a colour and a word, never one of them alone. */
export const MARKS: Readonly<Record<Outcome, { mark: string; word: string; cell: string }>> = {
  stands: { mark: '✓', word: 'stands', cell: 'text-stands' },
  falls: { mark: '✗', word: 'falls', cell: 'bg-falls text-on-accent' },
  none: { mark: '–', word: 'nothing to attack', cell: 'text-muted' },
}

export function Mark({ outcome }: { outcome: Outcome }) {
  const { mark, word, cell } = MARKS[outcome]
  return (
    <span className={`inline-flex items-center gap-2 rounded px-2 font-medium ${cell}`}>
      <span aria-hidden className="font-mono">
        {mark}
      </span>
      {word}
    </span>
  )
}
