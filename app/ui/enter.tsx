'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { SessionLockProvider } from '@/lib/client/provider'
import type { SessionForm, SignIn } from '@/lib/client/sign-in'
import { useSessionLock } from '@/lib/client/use-session-lock'
import { AccountForm } from './account-form'
import { AdvancedForm } from './advanced-form'
import { Button, buttonClass } from './button'
import { Notice } from './notice'
import { UnsupportedNotice } from './unsupported'

/** What a page hands down: `getLockProps()`. */
export interface LockProps {
  origin: string
  challenge: string
  providers: readonly string[]
}

const PROVIDER_NAMES: Record<string, string> = { github: 'GitHub' }

/** The way in, for a page without a provider of its own. */
export function Enter({ origin, challenge, providers }: LockProps) {
  return (
    <SessionLockProvider origin={origin} challenge={challenge}>
      <WayIn origin={origin} providers={providers} />
    </SessionLockProvider>
  )
}

/** As a guest with one click, or with an account. What fails leaves a live session alone. */
export function WayIn({ origin, providers }: { origin: string; providers: readonly string[] }) {
  const { status, unsupported, signIn, signInWith } = useSessionLock()
  const [form, setForm] = useState<SessionForm>({})
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string>()
  const router = useRouter()

  async function enter(who: SignIn, before?: () => Promise<void>) {
    setBusy(true)
    setFailure(undefined)
    try {
      await before?.()
      await signIn(who, form)
      router.push('/vault')
    } catch (error) {
      setFailure(error instanceof Error ? error.message : 'Something went wrong.')
    } finally {
      setBusy(false)
    }
  }

  async function leaveFor(provider: string) {
    setBusy(true)
    try {
      await signInWith(provider)
    } catch (error) {
      setFailure(error instanceof Error ? error.message : 'Something went wrong.')
      setBusy(false)
    }
  }

  if (unsupported) return <UnsupportedNotice reason={unsupported} origin={origin} />
  const isWaiting = busy || status === 'loading'
  return (
    <div className="grid justify-items-start gap-5">
      {status === 'signed-in' ? (
        <Link href="/vault" className={buttonClass('primary')}>
          Go on to your vault
        </Link>
      ) : (
        <Button onClick={() => enter({ guest: true })} disabled={isWaiting}>
          {busy ? 'Making a key …' : 'Enter as a guest'}
        </Button>
      )}
      <details className="w-full max-w-sm">
        <summary className="text-muted">
          {status === 'signed-in' ? 'Or sign in as somebody else' : 'Or with an account'}
        </summary>
        <AccountForm isDisabled={isWaiting} onEnter={enter} />
        {providers.map((provider) => (
          <Button
            key={provider}
            kind="quiet"
            className="mt-4"
            disabled={isWaiting}
            onClick={() => leaveFor(provider)}
          >
            Sign in with {PROVIDER_NAMES[provider] ?? provider}
          </Button>
        ))}
      </details>
      <AdvancedForm form={form} onChange={setForm} />
      {failure && (
        <Notice tone="falls" title="You could not be let in" live>
          {failure}
        </Notice>
      )}
    </div>
  )
}
