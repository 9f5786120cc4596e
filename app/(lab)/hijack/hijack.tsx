'use client'

import { useEffect, useId, useRef, useState, type FormEvent } from 'react'
import {
  readStolen,
  presentBearer,
  presentLocked,
  WAYS,
  type Verdict,
  type Way,
} from '@/lib/lab/thief'
import { Button } from '@/app/ui/button'
import { HowItWorks } from '@/app/ui/how-it-works'
import { Notice } from '@/app/ui/notice'
import { BearerControl } from './bearer-control'
import { VerdictView } from './verdict-view'

export function Hijack({ origin }: { origin: string }) {
  const [way, setWay] = useState<Way>('own-key')
  const [verdict, setVerdict] = useState<Verdict>()
  const [failure, setFailure] = useState<string>()
  const [busy, setBusy] = useState(false)
  const fieldId = useId()
  const field = useRef<HTMLTextAreaElement>(null)

  useEffect(() => {
    // The vault hands a token over in the fragment, which no server sees; it leaves the address at once.
    const handedOver = location.hash.slice(1)
    if (!handedOver) return
    history.replaceState(null, '', location.pathname)
    if (field.current) field.current.value = handedOver
  }, [])

  async function attempt(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const stolen = readStolen(String(new FormData(event.currentTarget).get('token')))
    setVerdict(undefined)
    setFailure(undefined)
    if (!stolen) {
      setFailure('This is no token of this application. Copy one from the vault, all of it.')
      return
    }
    setBusy(true)
    try {
      setVerdict(
        stolen.kind === 'bearer'
          ? await presentBearer(stolen.token, origin)
          : await presentLocked(stolen, way, origin),
      )
    } catch (error) {
      setFailure(error instanceof Error ? error.message : 'The server cannot be reached.')
    } finally {
      setBusy(false)
    }
  }

  return (
    <div className="grid gap-12">
      <header className="grid max-w-prose gap-2">
        <h1 className="text-title font-medium">You are the thief</h1>
        <p className="text-muted">
          Open this page in a browser that is not the victim’s: another browser, another profile, a
          private window. Paste the token that you stole, and try to read the victim’s notes.
        </p>
      </header>

      <form onSubmit={attempt} className="grid gap-5">
        <div className="grid gap-2">
          <label htmlFor={fieldId} className="font-medium">
            The stolen token
          </label>
          <textarea
            id={fieldId}
            ref={field}
            name="token"
            required
            rows={5}
            spellCheck={false}
            autoComplete="off"
            className="w-full rounded border border-edge bg-raised px-3 py-2 font-mono text-small break-all"
          />
        </div>
        <fieldset className="grid gap-1">
          <legend className="mb-1 font-medium">How you use it</legend>
          {(Object.keys(WAYS) as Way[]).map((key) => (
            <label key={key} className="flex min-h-9 items-center gap-3">
              <input
                type="radio"
                name="way"
                checked={way === key}
                onChange={() => setWay(key)}
                className="size-4 accent-accent"
              />
              {WAYS[key]}
            </label>
          ))}
        </fieldset>
        <Button type="submit" disabled={busy} className="justify-self-start">
          {busy ? 'Trying …' : 'Use the token'}
        </Button>
      </form>

      <div aria-live="polite" className="grid gap-8 empty:hidden">
        {failure && <Notice title={failure} />}
        {verdict && <VerdictView verdict={verdict} />}
      </div>

      <BearerControl />

      <HowItWorks
        files={['lib/lab/thief.ts', 'lib/protocol/verify.ts', 'lib/server/with-session.ts']}
      >
        <p>
          The token names the key that it is bound to, and the server’s own signature keeps that
          name from being changed. Each request carries a second signature, by that key, over the
          token, the time, the method, the address, the body and a value that the server gave out
          lately.
        </p>
        <p>
          The key was made in the victim’s browser, which signs with it and exports it to no script.
          Your browser can copy every byte that was sent and still cannot say anything new with it.
        </p>
      </HowItWorks>
    </div>
  )
}
