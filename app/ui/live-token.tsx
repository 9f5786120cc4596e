'use client'

import { useEffect, useState } from 'react'
import { createKeyPair } from '@/lib/protocol/enrol'
import { lockToken } from '@/lib/protocol/prove'
import { Button } from './button'
import { LockedToken } from './locked-token'

interface Live {
  privateKey: CryptoKey
  jwt: string
  locked: string
}

/** A locked token of a key that this browser makes on the spot; nobody is signed in by it. */
export function LiveToken() {
  const [live, setLive] = useState<Live>()
  const [failure, setFailure] = useState(false)

  useEffect(() => {
    let isGone = false
    make().then(
      (made) => !isGone && setLive(made),
      () => !isGone && setFailure(true),
    )
    return () => {
      isGone = true
    }
  }, [])

  async function signAgain() {
    if (!live) return
    setLive({ ...live, locked: await lockToken(live.jwt, live.privateKey, Date.now()) })
  }

  return (
    <section aria-labelledby="live-title" className="grid gap-5">
      <div className="max-w-prose">
        <h2 id="live-title" className="text-lead font-medium">
          Five parts, the last one yours
        </h2>
        <p className="text-muted">
          The server signs who you are and which key you have. Your browser signs each request anew:
          sign another, and see which parts change.
        </p>
      </div>
      {live && (
        <>
          <LockedToken token={live.locked} isFolded />
          <Button kind="quiet" onClick={signAgain} className="justify-self-start">
            Sign another request
          </Button>
        </>
      )}
      {!live && (
        // As high as what will stand here, so that nothing moves.
        <p role="status" className="min-h-88 text-muted sm:min-h-64">
          {failure ? 'This browser made no key, or the server did not answer.' : 'Making a key …'}
        </p>
      )}
    </section>
  )
}

async function make(): Promise<Live> {
  const { privateKey, publicKey } = await createKeyPair()
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey)
  const response = await fetch('/api/sample', {
    method: 'POST',
    body: JSON.stringify({ jwk: { kty, crv, x, y } }),
  })
  if (!response.ok) throw new Error(`The server answered ${response.status}.`)
  const { token: jwt } = (await response.json()) as { token: string }
  return { privateKey, jwt, locked: await lockToken(jwt, privateKey, Date.now()) }
}
