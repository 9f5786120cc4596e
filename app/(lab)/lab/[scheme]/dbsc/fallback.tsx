'use client'

import Link from 'next/link'
import { useState } from 'react'
import { useSessionLock } from '@/lib/client/use-session-lock'
import { Button } from '@/app/ui/button'
import { Notice } from '@/app/ui/notice'

/** The browser let the offer pass, so the page holds the key: the application's own session. */
export function Fallback({ onOver }: { onOver: () => void }) {
  const { status, session, user, fetch, signOut, lastExchange } = useSessionLock()
  const [failure, setFailure] = useState<string>()

  const attempt = (work: () => Promise<unknown>) => () => {
    setFailure(undefined)
    work().catch((error: Error) => setFailure(error.message))
  }
  const leave = attempt(() => signOut().finally(onOver))
  const isCookie = session?.carrier === 'cookie'
  return (
    <div className="grid gap-6">
      <Notice
        title={`You got the fallback: session-lock, ${isCookie ? 'in a cookie' : 'in a header'}`}
        live
      >
        Your browser registered no key, so this page made one and bound a session to it
        {!isCookie && ' when you entered'}. {user?.username && `You are ${user.username}. `}
        {isCookie
          ? 'The session is in an HttpOnly cookie, and each request is signed beside it.'
          : 'You held that session before, so it was left as it is; each request is signed.'}
      </Notice>
      <div className="grid gap-1 border border-line bg-raised px-5 py-4">
        <p className="flex flex-wrap items-baseline gap-x-3">
          <span className="text-display font-medium tabular-nums" data-testid="open-seconds">
            0 s
          </span>
          <span className="text-muted">
            that a copy of the {isCookie ? 'cookie' : 'token'} opens your session
          </span>
        </p>
        <p className="max-w-prose text-small text-muted">
          Without a signature for this very request it opens nothing. The price: page loads are not
          signed, and script that runs here can have requests signed.
        </p>
      </div>
      <div className="flex flex-wrap gap-3">
        <Button onClick={attempt(() => fetch('/api/notes'))} disabled={status !== 'signed-in'}>
          Read your notes
        </Button>
        {isCookie && (
          <Button kind="quiet" onClick={leave}>
            Sign out
          </Button>
        )}
        <Link href="/vault" className="self-center text-accent underline">
          To the vault
        </Link>
      </div>
      <div aria-live="polite" className="grid gap-2 empty:hidden">
        {failure && <Notice tone="falls" title={failure} />}
        {lastExchange && (
          <p className="font-mono text-small wrap-anywhere" data-testid="exchange">
            {lastExchange.method} {new URL(lastExchange.url).pathname} → {lastExchange.status}
            {lastExchange.code && ` ${lastExchange.code}`}, signed in{' '}
            {lastExchange.signingMs.toFixed(1)} ms
          </p>
        )}
      </div>
    </div>
  )
}
