'use client'

import { useState } from 'react'
import { signIn, waitForRegistration } from '@/lib/lab/dbsc/offer'
import { useSessionLock } from '@/lib/client/use-session-lock'
import { Button } from '@/app/ui/button'
import { Notice } from '@/app/ui/notice'
import { Bound } from './bound'
import { Fallback } from './fallback'

type Got =
  | { readonly kind: 'none' | 'waiting' | 'fallback' }
  | { readonly kind: 'dbsc'; readonly release: string }

/** Signs in, and shows which one it became. */
export function TryIt() {
  const { status, signIn: enter } = useSessionLock()
  const [got, setGot] = useState<Got>({ kind: 'none' })
  const [failure, setFailure] = useState<string>()

  async function begin() {
    setFailure(undefined)
    setGot({ kind: 'waiting' })
    try {
      const signedIn = await signIn()
      if (await waitForRegistration(signedIn)) {
        return setGot({ kind: 'dbsc', release: signedIn.release })
      }
      // A session that is there already is not taken from its owner for a demonstration.
      if (status !== 'signed-in') await enter({ guest: true }, { profile: 2, carrier: 'cookie' })
      setGot({ kind: 'fallback' })
    } catch (error) {
      setGot({ kind: 'none' })
      setFailure(error instanceof Error ? error.message : 'The server cannot be reached.')
    }
  }

  const isWaiting = got.kind === 'waiting' || status === 'loading'
  return (
    <div className="grid gap-5">
      {(got.kind === 'none' || got.kind === 'waiting') && (
        <Button onClick={begin} disabled={isWaiting} className="justify-self-start">
          {got.kind === 'waiting'
            ? 'Waiting for what the browser does …'
            : 'Sign in with DBSC on offer'}
        </Button>
      )}
      {failure && <Notice tone="falls" title={failure} live />}
      {got.kind === 'dbsc' && (
        <Bound release={got.release} onOver={() => setGot({ kind: 'none' })} />
      )}
      {got.kind === 'fallback' && <Fallback onOver={() => setGot({ kind: 'none' })} />}
    </div>
  )
}
