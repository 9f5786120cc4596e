'use client'

import { useEffect, useState } from 'react'
import { shareEvents, type SessionEvent } from '@/lib/client/event-stream'
import { useSessionLock } from '@/lib/client/use-session-lock'
import { failedCheck } from '@/lib/protocol/errors'
import { browserName } from './browser-name'
import { Button } from './button'

/** Where the last event that was seen is remembered, so that a reload misses none. */
const LAST_SEEN = 'session-lock.last-event'

/** Rings when somebody tries to use one of the user's sessions and is refused. */
export function Alarm({ onChange }: { onChange?: () => void }) {
  const { status, session, fetch, signOut, forget } = useSessionLock()
  const sid = status === 'signed-in' ? session?.sid : undefined
  const [attempts, setAttempts] = useState<SessionEvent[]>([])
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string>()

  useEffect(() => {
    if (!sid) return
    return shareEvents(sid, {
      fetch,
      lastEventId: () => sessionStorage.getItem(`${LAST_SEEN}.${sid}`) ?? '',
      onEvent(event) {
        sessionStorage.setItem(`${LAST_SEEN}.${sid}`, event.id)
        if (event.kind === 'refused') {
          if (event.rings)
            setAttempts((before) => [event, ...before.filter((old) => !isSame(old, event))])
        } else {
          onChange?.()
        }
        if (event.kind === 'signed-out' && event.current) void forget(sid)
      },
    })
  }, [sid, fetch, forget, onChange])

  async function signOutEverywhere() {
    setBusy(true)
    setFailure(undefined)
    try {
      const answer = await fetch('/api/sessions')
      const { sessions } = (await answer.json()) as {
        sessions: { sid: string; current: boolean }[]
      }
      const others = sessions.filter(({ current }) => !current)
      for (const other of others) await fetch(`/api/sessions/${other.sid}`, { method: 'DELETE' })
      await signOut()
    } catch {
      setFailure('The server could not be reached for all of them. Try again.')
    } finally {
      setBusy(false)
    }
  }

  if (!sid || attempts.length === 0) return null
  return (
    <section
      role="alert"
      aria-label="Alarm"
      className="grid gap-3 border-2 border-falls bg-raised p-5"
    >
      <p className="font-medium">
        <span aria-hidden className="mr-2 text-falls">
          ✗
        </span>
        Somebody tried to use your session, and was refused
      </p>
      <ul className="grid gap-1">
        {attempts.map((event) => (
          <li key={event.id}>{describe(event)}</li>
        ))}
      </ul>
      {failure && <p className="text-falls">{failure}</p>}
      <div className="flex flex-wrap gap-3">
        <Button kind="quiet" onClick={() => setAttempts([])}>
          It was me
        </Button>
        <Button onClick={signOutEverywhere} disabled={busy}>
          Sign out everywhere
        </Button>
      </div>
    </section>
  )
}

/** Later occurrences of an event take its place. */
function isSame(a: SessionEvent, b: SessionEvent): boolean {
  return a.sid === b.sid && a.code === b.code && Math.abs(a.at - b.at) < 60_000
}

function describe({
  at,
  address,
  userAgent,
  code,
  count,
  method,
  path,
  current,
}: SessionEvent): string {
  const time = new Date(at).toLocaleTimeString('en')
  const where = address ? ` from ${address}` : ''
  const times = count > 1 ? `, ${count} times` : ''
  const check = code ? ` Failed at: ${failedCheck(code) ?? 'sign-in'} (${code}).` : ''
  const whose = current ? 'this session' : 'another session of yours'
  return `${time}${where}, ${browserName(userAgent)}: ${method} ${path} with ${whose}${times}.${check}`
}
