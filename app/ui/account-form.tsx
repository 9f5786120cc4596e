'use client'

import type { FormEvent } from 'react'
import { explainAnswer } from '@/lib/client/bound-fetch'
import type { SignIn } from '@/lib/client/sign-in'
import { Button } from './button'
import { CredentialFields } from './credential-fields'

/** Username and password: to sign in, or to register first. */
export function AccountForm({
  isDisabled,
  onEnter,
}: {
  isDisabled: boolean
  onEnter: (who: SignIn, before?: () => Promise<void>) => void
}) {
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const who = { username: String(form.get('username')), password: String(form.get('password')) }
    const { submitter } = event.nativeEvent as SubmitEvent
    const isNew = submitter instanceof HTMLButtonElement && submitter.value === 'register'
    onEnter(who, isNew ? () => register(who) : undefined)
  }
  return (
    <form onSubmit={submit} className="mt-4 grid gap-4">
      <CredentialFields />
      <div className="flex flex-wrap gap-3">
        <Button type="submit" disabled={isDisabled}>
          Sign in
        </Button>
        <Button type="submit" kind="quiet" value="register" disabled={isDisabled}>
          Create an account
        </Button>
      </div>
    </form>
  )
}

async function register(who: { username: string; password: string }): Promise<void> {
  const response = await fetch('/api/users', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(who),
  })
  if (response.ok) return
  throw new Error(await explainAnswer(response))
}
