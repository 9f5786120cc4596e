'use client'

import type { ReactNode } from 'react'
import type { ErrorCode } from '@/lib/protocol/errors'
import { useSessionLock } from '@/lib/client/use-session-lock'
import { WayIn } from './enter'
import { Notice } from './notice'
import { UnsupportedNotice } from './unsupported'

/** Shows its children to who is signed in, and to everybody else why not, with the way in. */
export function Locked({
  origin,
  providers,
  children,
}: {
  origin: string
  providers: readonly string[]
  children: ReactNode
}) {
  const { status, unsupported, keyHealth, endedBy } = useSessionLock()
  if (unsupported) return <UnsupportedNotice reason={unsupported} origin={origin} />
  if (status === 'loading') {
    return (
      <p role="status" className="text-muted">
        Looking for this browser’s key …
      </p>
    )
  }
  if (status === 'signed-in') return children
  return (
    <div className="grid justify-items-start gap-6">
      <h1 className="text-title font-medium">The vault is locked</h1>
      <WhyLocked endedBy={endedBy} isKeyLost={keyHealth === 'lost'} />
      <WayIn origin={origin} providers={providers} />
    </div>
  )
}

function WhyLocked({ endedBy, isKeyLost }: { endedBy: ErrorCode | undefined; isKeyLost: boolean }) {
  if (endedBy === 'ERR_TOKEN_EXPIRED') {
    return <Notice title="The session has reached its end">Enter anew to go on.</Notice>
  }
  if (endedBy) {
    return (
      <Notice title="The session was ended">
        It was signed out or revoked, here or in another window.
      </Notice>
    )
  }
  if (isKeyLost) {
    return (
      <Notice tone="falls" title="This browser still has a token, but its key is gone">
        The browser’s storage was cleared. Without the key the token is worthless, to you as to a
        thief: enter anew.
      </Notice>
    )
  }
  return <p className="text-muted">This browser holds no session.</p>
}
