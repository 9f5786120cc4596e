import type { Outcome, Verdict } from '@/lib/lab/thief'
import { Notice } from '@/app/ui/notice'

const MARKS: Record<Outcome, { mark: string; color: string }> = {
  passed: { mark: '✓', color: 'text-stands' },
  failed: { mark: '✗', color: 'text-falls' },
  'not reached': { mark: '·', color: 'text-muted' },
  'not asked': { mark: '–', color: 'text-muted' },
}

/** The server's answer, check by check. */
export function VerdictView({ verdict }: { verdict: Verdict }) {
  const { isIn, status, problem, loot, checks, sent } = verdict
  return (
    <section aria-labelledby="verdict-title" className="grid gap-6" data-testid="verdict">
      <h2 id="verdict-title" className="text-lead font-medium">
        The server’s verdict
      </h2>
      {isIn ? (
        <Notice tone="falls" title={`You are in (${status}). The token was all it took.`}>
          <pre className="mt-2 overflow-x-auto font-mono text-small text-ink" tabIndex={0}>
            {JSON.stringify(loot, null, 2)}
          </pre>
        </Notice>
      ) : (
        <Notice tone="stands" title={`Refused (${status}): ${problem?.title ?? ''}`}>
          <p className="font-mono text-small">{problem?.code}</p>
          {problem?.detail !== problem?.title && <p>{problem?.detail}</p>}
        </Notice>
      )}
      {checks.length > 0 && (
        <ol className="border-t border-line" aria-label="Checks">
          {checks.map(({ check, outcome }) => (
            <li
              key={check}
              className={`flex items-baseline gap-3 border-b border-line py-2 ${MARKS[outcome].color}`}
            >
              <span aria-hidden className="w-4 text-center font-mono">
                {MARKS[outcome].mark}
              </span>
              <span className="flex-1 font-medium">{check}</span>
              <span className="text-small">{outcome}</span>
            </li>
          ))}
        </ol>
      )}
      <details>
        <summary className="text-muted">The request as it was sent</summary>
        <pre
          className="mt-2 border border-line bg-raised p-4 font-mono text-small break-all whitespace-pre-wrap"
          tabIndex={0}
        >
          {sent}
        </pre>
      </details>
    </section>
  )
}
