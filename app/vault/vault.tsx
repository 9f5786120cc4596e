'use client'

import Link from 'next/link'
import { useState } from 'react'
import { useSessionLock } from '@/lib/client/use-session-lock'
import { Alarm } from '../ui/alarm'
import { Button } from '../ui/button'
import { HowItWorks } from '../ui/how-it-works'
import { Locked } from '../ui/locked'
import { Notice } from '../ui/notice'
import { KeepAccount } from './keep-account'
import { LastRequest } from './last-request'
import { Notes } from './notes'

export function Vault({ origin, providers }: { origin: string; providers: readonly string[] }) {
  const { signOut } = useSessionLock()
  // It is told after the vault has closed, so it is kept out here.
  const [failure, setFailure] = useState(false)

  async function leave() {
    setFailure(false)
    await signOut().catch(() => setFailure(true))
  }

  return (
    <div className="grid gap-6">
      {failure && (
        <Notice tone="falls" title="The server could not be told" live>
          This browser’s key is destroyed, so nobody can use the session from here. On the server it
          ends by itself.
        </Notice>
      )}
      <Locked origin={origin} providers={providers}>
        <OpenVault onLeave={leave} />
      </Locked>
    </div>
  )
}

function OpenVault({ onLeave }: { onLeave: () => void }) {
  const { user, session } = useSessionLock()
  return (
    <div className="grid gap-12">
      <Alarm />
      <header className="grid gap-3">
        <div className="flex flex-wrap items-start justify-between gap-4">
          <div>
            <h1 className="text-title font-medium">Your vault</h1>
            <p className="text-muted">
              {user?.username ? `Signed in as ${user.username}` : 'You are a guest'}
              {session &&
                `, until ${new Date(session.expiresAt).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' })}.`}{' '}
              <Link href="/sessions" className="text-accent underline">
                All your sessions
              </Link>
            </p>
          </div>
          <Button kind="quiet" onClick={onLeave}>
            Sign out
          </Button>
        </div>
        <KeepAccount isGuest={user?.username === null} />
      </header>
      <div className="grid items-start gap-12 lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
        <Notes key={session?.sid} />
        <LastRequest />
      </div>
      <HowItWorks
        files={['lib/client/bound-fetch.ts', 'lib/client/key-store.ts', 'lib/protocol/prove.ts']}
      >
        <p>
          Your browser made a key when you entered. It lies in IndexedDB as a handle that signs and
          cannot be exported. Each request here went through a <code>fetch</code> that signs six
          lines with it: version, token and time, method, address, digest of the body, and a value
          that the server gave out lately.
        </p>
        <p>
          The page itself came without any of your data: a page load carries no signature, so
          everything of yours comes through signed requests.
        </p>
      </HowItWorks>
    </div>
  )
}
