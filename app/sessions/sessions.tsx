'use client'

import { useCallback, useEffect, useState } from 'react'
import { useSessionLock } from '@/lib/client/use-session-lock'
import { Alarm } from '../ui/alarm'
import { browserName } from '../ui/browser-name'
import { Button } from '../ui/button'
import { KeyPicture } from '../ui/key-picture'
import { Locked } from '../ui/locked'
import { Notice } from '../ui/notice'

interface Session {
  sid: string
  profile: 1 | 2
  carrier: 'header' | 'cookie'
  jkt: string
  createdAt: number
  lastSeenAt: number
  userAgent: string
  current: boolean
}

export function Sessions({ origin, providers }: { origin: string; providers: readonly string[] }) {
  return (
    <Locked origin={origin} providers={providers}>
      <OpenSessions />
    </Locked>
  )
}

function OpenSessions() {
  const { fetch } = useSessionLock()
  const [sessions, setSessions] = useState<Session[]>()
  const [failure, setFailure] = useState<string>()

  const load = useCallback(async () => {
    try {
      const response = await fetch('/api/sessions')
      if (!response.ok) throw new Error(`The server answered ${response.status}.`)
      setSessions(((await response.json()) as { sessions: Session[] }).sessions)
      setFailure(undefined)
    } catch {
      setFailure('The sessions could not be read.')
    }
  }, [fetch])

  useEffect(() => {
    // eslint-disable-next-line react-hooks/set-state-in-effect -- it is set when the answer is there
    void load()
  }, [load])

  async function revoke(sid: string) {
    try {
      const response = await fetch(`/api/sessions/${sid}`, { method: 'DELETE' })
      if (!response.ok && response.status !== 404) throw new Error()
      await load()
    } catch {
      setFailure('The session could not be revoked.')
    }
  }

  return (
    <div className="grid gap-8">
      <Alarm onChange={load} />
      <header className="max-w-prose">
        <h1 className="text-title font-medium">Your sessions</h1>
        <p className="text-muted">
          Each was bound to its key when it began. One key, one browser: the picture is the key’s.
        </p>
      </header>
      {failure && <Notice tone="falls" title={failure} live />}
      {sessions ? (
        <ul aria-label="Your sessions" className="border-t border-line">
          {sessions.map((session) => (
            <SessionRow key={session.sid} session={session} onRevoke={revoke} />
          ))}
        </ul>
      ) : (
        <p className="text-muted">Reading your sessions …</p>
      )}
    </div>
  )
}

function SessionRow({ session, onRevoke }: { session: Session; onRevoke: (sid: string) => void }) {
  const { sid, profile, carrier, jkt, createdAt, lastSeenAt, userAgent, current } = session
  const name = browserName(userAgent)
  return (
    <li className="flex flex-wrap items-center gap-x-5 gap-y-3 border-b border-line py-4">
      <KeyPicture jkt={jkt} />
      <div className="min-w-0 flex-1">
        <p className="font-medium">
          {name}
          {current && <span className="ml-3 text-stands">✓ this one</span>}
        </p>
        <p className="text-small text-muted">
          since {formatTime(createdAt)}, last used {formatTime(lastSeenAt)}
        </p>
        <p className="font-mono text-small wrap-anywhere text-muted">
          {carrier}, profile {profile}, key {jkt.slice(0, 8)}
        </p>
      </div>
      <Button
        kind="quiet"
        onClick={() => onRevoke(sid)}
        aria-label={`Revoke ${name}, key ${jkt.slice(0, 8)}`}
      >
        {current ? 'Sign out' : 'Revoke'}
      </Button>
    </li>
  )
}

function formatTime(ms: number): string {
  return new Date(ms).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' })
}
