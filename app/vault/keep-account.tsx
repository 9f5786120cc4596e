'use client'

import { useState, type FormEvent } from 'react'
import { explainAnswer } from '@/lib/client/bound-fetch'
import { useSessionLock } from '@/lib/client/use-session-lock'
import { Button } from '../ui/button'
import { CredentialFields } from '../ui/credential-fields'
import { Notice } from '../ui/notice'

/** A guest chooses a name and a password, and keeps the account with its notes. */
export function KeepAccount({ isGuest }: { isGuest: boolean }) {
  const { fetch, refresh } = useSessionLock()
  const [name, setName] = useState<string>()
  const [failure, setFailure] = useState<string>()

  async function keep(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    setFailure(undefined)
    const form = Object.fromEntries(new FormData(event.currentTarget))
    try {
      const response = await fetch('/api/account', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(form),
      })
      if (!response.ok) return setFailure(await explainAnswer(response))
      setName(String(form.username))
      await refresh()
    } catch {
      setFailure('The server cannot be reached.')
    }
  }

  if (name) return <Notice tone="stands" title={`The account is yours, as ${name}.`} live />
  if (!isGuest) return null
  return (
    <details className="max-w-sm">
      <summary className="text-muted">Keep this account: choose a name and a password</summary>
      <form onSubmit={keep} className="mt-4 grid gap-4">
        <CredentialFields isNew />
        <Button type="submit" className="justify-self-start">
          Keep the account
        </Button>
        {failure && <Notice tone="falls" title={failure} live />}
      </form>
    </details>
  )
}
