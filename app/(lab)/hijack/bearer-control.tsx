'use client'

import { useState } from 'react'
import { Button } from '@/app/ui/button'
import { CopyButton } from '@/app/ui/copy-button'
import { Notice } from '@/app/ui/notice'

/** Issues a plain bearer token, to steal for comparison. */
export function BearerControl() {
  const [token, setToken] = useState<string>()
  const [failure, setFailure] = useState<string>()

  async function issue() {
    setFailure(undefined)
    try {
      const response = await fetch('/api/lab/bearer/session', { method: 'POST' })
      if (!response.ok) throw new Error(`The server answered ${response.status}.`)
      setToken(((await response.json()) as { token: string }).token)
    } catch (error) {
      setFailure(error instanceof Error ? error.message : 'The server cannot be reached.')
    }
  }

  return (
    <section aria-labelledby="control-title" className="grid gap-4 border-t border-line pt-8">
      <div className="max-w-prose">
        <h2 id="control-title" className="text-lead font-medium">
          The same theft, without the lock
        </h2>
        <p className="text-muted">
          A plain bearer token, as most applications issue them. In the victim’s browser, issue one
          and copy it; in the thief’s, paste it above. It opens a sample and nothing else.
        </p>
      </div>
      {token ? (
        <>
          <p
            className="border border-line bg-raised p-4 font-mono text-small break-all"
            data-testid="bearer-token"
          >
            {token}
          </p>
          <CopyButton text={token} label="Copy bearer token" />
        </>
      ) : (
        <Button kind="quiet" onClick={issue} className="justify-self-start">
          Issue a bearer token
        </Button>
      )}
      {failure && <Notice title={failure} live />}
    </section>
  )
}
