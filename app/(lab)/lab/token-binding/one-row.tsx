import { RECORDED } from '@/lib/lab/token-binding/recorded'

const ACT = 'A man in the middle, with both legs open'
const ROWS = [
  ['Token Binding', 'The client signed its own leg, which is not the server’s.'],
  ['session-lock', 'The request is the one that was signed; what way it took is no part of it.'],
  ['DPoP', 'Method and address are those that were signed; so much for the connection.'],
] as const

/** The one row where it wins, as it was recorded. */
export function OneRow() {
  return (
    <section aria-labelledby="row-title" className="grid gap-4">
      <div className="max-w-prose">
        <h2 id="row-title" className="text-lead font-medium">
          The one row where it wins
        </h2>
        <p className="text-muted">
          A man in the middle holds both legs of the connection, by a certificate that the client
          trusts, and sends on the very request he was sent. Proofs of the application layer let it
          pass.
        </p>
      </div>
      <ul className="border-t border-line">
        {ROWS.map(([scheme, why]) => {
          const got = answerTo(scheme)
          const isIn = /^2/.test(got)
          return (
            <li
              key={scheme}
              className="grid items-baseline gap-x-6 gap-y-1 border-b border-line py-3 sm:grid-cols-[9rem_1fr_auto]"
            >
              <span className="font-medium">{scheme}</span>
              <span className="text-muted">{why}</span>
              <span className={`font-mono text-small ${isIn ? 'text-falls' : 'text-stands'}`}>
                <span aria-hidden>{isIn ? '✗ ' : '✓ '}</span>
                {isIn ? 'he is in: ' : 'he is refused: '}
                {got}
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function answerTo(scheme: string): string {
  const steps = RECORDED.steps.filter(({ act, title }) => act === ACT && title.startsWith(scheme))
  // Of several answers the first is the one to the relayed request.
  return [...new Set(steps.map(({ got }) => got.split(',')[0]))].join(' or ')
}
