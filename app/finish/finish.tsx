'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { useSessionLock } from '@/lib/client/use-session-lock'
import { buttonClass } from '../ui/button'
import { Notice } from '../ui/notice'

const REASONS: Record<string, string> = {
  NoKey: 'This browser had not begun this sign-in. Begin it here.',
  AccessDenied: 'The provider was told no.',
}

/** Redeems the ticket, which leaves the address before anything else happens. */
export function Finish({ error }: { error: string | undefined }) {
  const { status, signIn } = useSessionLock()
  const [failure, setFailure] = useState(
    error && (REASONS[error] ?? 'The provider did not confirm who you are.'),
  )
  const router = useRouter()
  const isReady = status !== 'loading'

  useEffect(() => {
    if (!isReady || error) return
    const ticket = new URLSearchParams(location.hash.slice(1)).get('ticket')
    history.replaceState(null, '', location.pathname)
    // Strict mode comes here twice; a ticket is good once, and gone from the address by then.
    if (!ticket) return
    signIn({ ticket }).then(
      () => router.replace('/vault'),
      (refused: unknown) =>
        setFailure(refused instanceof Error ? refused.message : 'It was refused.'),
    )
  }, [isReady, error, signIn, router])

  if (!failure) {
    return (
      <p role="status" className="text-muted">
        Signing in …
      </p>
    )
  }
  return (
    <div className="grid justify-items-start gap-6">
      <h1 className="text-title font-medium">You are not signed in</h1>
      <Notice tone="falls" title={failure} live />
      <Link href="/" className={buttonClass('primary')}>
        Begin again
      </Link>
    </div>
  )
}
