'use client'

import { useState } from 'react'
import type { Watched } from '@/lib/lab/dbsc/entrance'
import { AT } from '@/lib/lab/dbsc/instructions'
import { show, takeAway, type Shown } from '@/lib/lab/dbsc/offer'
import { Button } from '@/app/ui/button'
import { Notice } from '@/app/ui/notice'
import { useNow, useWatch } from './use-watch'

/** The browser took the offer. What it does from here on, it does by itself. */
export function Bound({ release, onOver }: { release: string; onOver: () => void }) {
  const { watched, ahead = 0, look } = useWatch(release)
  const [answers, setAnswers] = useState<readonly Shown[]>([])

  async function ask(method: string, path: string) {
    const shown = await show(method, path).catch((error: Error): Shown => ({
      line: error.message,
      isOk: false,
    }))
    setAnswers((before) => [shown, ...before].slice(0, 4))
    await look()
  }

  async function leave() {
    await ask('DELETE', AT.session)
    // Only when it next wants to refresh does the browser hear that there is nothing left.
    await ask('GET', AT.notes)
  }

  function over() {
    onOver()
    takeAway(release).catch(() => {})
  }

  return (
    <div className="grid gap-6">
      <Notice tone="stands" title="You got DBSC: your browser registered a key" live>
        It made the key, signed with it and keeps it; this page has no part in it and no handle to
        it. What travels with a request is a cookie.
      </Notice>
      {watched && <OpenSeconds watched={watched} ahead={ahead} />}
      <div className="flex flex-wrap gap-3">
        {watched?.isEnded ? (
          <Button onClick={over}>Begin again</Button>
        ) : (
          <>
            <Button onClick={() => ask('GET', AT.notes)}>Read the note</Button>
            <Button kind="quiet" onClick={() => ask('POST', AT.expire)}>
              Drop the cookie, as if it had run out
            </Button>
            <Button kind="quiet" onClick={leave}>
              Sign out
            </Button>
          </>
        )}
      </div>
      <ul aria-label="Answers" aria-live="polite" className="grid gap-1 empty:hidden">
        {answers.map(({ line, isOk }, i) => (
          <li key={answers.length - i} className="font-mono text-small wrap-anywhere">
            <span aria-hidden className={isOk ? 'text-stands' : 'text-falls'}>
              {isOk ? '✓ ' : '✗ '}
            </span>
            {line}
          </li>
        ))}
      </ul>
      {watched && <Events watched={watched} />}
    </div>
  )
}

function OpenSeconds({ watched, ahead }: { watched: Watched; ahead: number }) {
  const now = useNow()
  const left = ((watched.cookieExpiresAt ?? 0) - now - ahead) / 1000
  const seconds = watched.isEnded ? 0 : Math.max(0, Math.floor(left))
  return (
    <div className="grid gap-1 border border-line bg-raised px-5 py-4">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span className="text-display font-medium tabular-nums" data-testid="open-seconds">
          {seconds} s
        </span>
        <span className="text-muted">that a copy of the cookie opens your session</span>
      </p>
      <progress
        className="h-1 w-full appearance-none bg-line [&::-moz-progress-bar]:bg-falls [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-falls"
        aria-label="Seconds left of the short-lived cookie"
        max={watched.lifeS}
        value={seconds}
      />
      <p className="max-w-prose text-small text-muted">
        {watched.isEnded
          ? 'The session is over, and with it every cookie that it had.'
          : 'Until then whoever copied it is you. Then it takes the key to get the next one. Chromium asks for that ahead when less than two minutes are left and something is sent here, or holds the request up where there is no cookie at all.'}
      </p>
    </div>
  )
}

const WORDS: Readonly<Record<string, string>> = {
  offered: 'The sign-in offered DBSC',
  registered: 'The browser registered',
  challenged: 'The browser asked to refresh, and got a challenge',
  refreshed: 'The browser signed it, and got the next cookie',
  refused: 'Refused',
  skipped: 'The browser sent a request without refreshing',
  'signed-out': 'Signed out',
  'told-to-end': 'The browser was told that the session is over',
}

/** Newest first. */
function Events({ watched }: { watched: Watched }) {
  return (
    <section aria-labelledby="events" className="grid gap-2">
      <h3 id="events" className="font-medium">
        What the server saw
      </h3>
      <ol className="border-t border-line" data-testid="events">
        {watched.events.toReversed().map(({ at, kind, detail }, i) => (
          <li
            key={watched.events.length - i}
            data-kind={kind}
            className="grid gap-x-4 border-b border-line py-2 text-small sm:grid-cols-[6rem_minmax(0,1fr)_minmax(0,14rem)]"
          >
            <time dateTime={new Date(at).toISOString()} className="font-mono text-muted">
              {new Date(at).toLocaleTimeString('en-GB')}
            </time>
            <span>{WORDS[kind] ?? kind}</span>
            <span className="font-mono wrap-anywhere text-muted">{detail}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
