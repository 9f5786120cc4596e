'use client'

import type { Exchange } from '@/lib/client/bound-fetch'
import { useSessionLock } from '@/lib/client/use-session-lock'
import { buttonClass } from '../ui/button' // lab
import { CopyButton } from '../ui/copy-button'
import { LockedToken } from '../ui/locked-token'
import { asCurl } from './curl'

const LINES = ['version', 'token and time', 'method', 'target URI', 'body digest', 'challenge']

/** The last request: what was signed, what was answered, how long it took, and what could be stolen. */
export function LastRequest() {
  const { session, lastExchange } = useSessionLock()
  if (!lastExchange) return <p className="text-muted">Nothing has been signed yet.</p>
  const locked = session?.carrier === 'header' && lastExchange.header.value.split(' ').at(-1)
  return (
    <section aria-labelledby="last-title" className="grid min-w-0 gap-6">
      <div>
        <h2 id="last-title" className="text-lead font-medium">
          Your last request
        </h2>
        <p className="font-mono text-small wrap-anywhere">
          {lastExchange.method} {new URL(lastExchange.url).pathname} → {lastExchange.status}
          {lastExchange.code && ` ${lastExchange.code}`}
        </p>
        <Times exchange={lastExchange} />
      </div>

      {locked ? (
        <div className="grid gap-4">
          <p className="text-muted">
            This is what a log, a proxy or a copied request shows of you. Steal it:
          </p>
          <div className="flex flex-wrap items-start gap-3">
            <CopyButton text={locked} label="Copy token" />
            {/* lab:begin */}
            <a
              href={`/hijack#${locked}`}
              target="_blank"
              rel="noreferrer"
              className={buttonClass('quiet')}
            >
              Open the thief’s page with it
            </a>
            {/* lab:end */}
          </div>
          <LockedToken token={locked} />
        </div>
      ) : (
        <p className="text-muted">
          The session is in an HttpOnly cookie, which no script can read; the proof goes beside it.
        </p>
      )}

      <details>
        <summary className="text-muted">The lines that were signed</summary>
        <SignedLines statement={lastExchange.statement} />
      </details>
      <details>
        <summary className="text-muted">The same request for a terminal</summary>
        <div className="mt-3 grid gap-3">
          <p className="text-muted">
            Your browser has used it. Run it within ten seconds, and the server answers
            ERR_PROOF_REPLAYED; later, ERR_PROOF_STALE.
          </p>
          <CopyButton text={asCurl(lastExchange)} label="Copy as curl" />
        </div>
      </details>
    </section>
  )
}

function Times({ exchange }: { exchange: Exchange }) {
  const { signingMs, answerMs, verificationMs } = exchange
  const ms = (value: number) => `${value.toFixed(1)} ms`
  return (
    <p className="text-small text-muted">
      signed in {ms(signingMs)}
      {verificationMs !== undefined && `, verified in ${ms(verificationMs)}`}, answered in{' '}
      {ms(answerMs)}
    </p>
  )
}

function SignedLines({ statement }: { statement: string }) {
  const lines = statement.split('\n')
  return (
    <ol className="mt-3 border-t border-line">
      {lines.map((line, i) => (
        <li key={i} className="grid gap-x-4 border-b border-line py-2 sm:grid-cols-[8rem_1fr]">
          <span className="text-small text-muted">{lines.length > 1 ? LINES[i] : LINES[1]}</span>
          <code className="min-w-0 font-mono text-small break-all">{line || '(empty)'}</code>
        </li>
      ))}
    </ol>
  )
}
