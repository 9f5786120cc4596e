'use client'

import Link from 'next/link'
import { useEffect, useState } from 'react'
import {
  isOwnScheme,
  type Answer,
  type Holder,
  type OwnScheme,
  type SchemeId,
} from '@/lib/lab/types'
import { Button } from '@/app/ui/button'
import { Notice } from '@/app/ui/notice'

/** A session of this scheme in the visitor's own browser, to look at and to steal. */
export function OwnVictim({ scheme }: { scheme: SchemeId }) {
  return (
    <section className="grid gap-4" aria-labelledby="own">
      <h2 id="own" className="text-lead font-medium">
        In your browser
      </h2>
      {isOwnScheme(scheme) ? (
        <OwnSession scheme={scheme} />
      ) : (
        <p className="max-w-prose text-muted">
          This is what the application itself speaks.{' '}
          <Link href="/" className="text-accent underline">
            Enter
          </Link>
          , and choose it under “Advanced”.
        </p>
      )}
    </section>
  )
}

// Brings every scheme along, so it is loaded when somebody wants it.
const load = () => import('@/lib/lab/own-victim')

function OwnSession({ scheme }: { scheme: OwnScheme }) {
  const [holder, setHolder] = useState<Holder>()
  const [answer, setAnswer] = useState<Answer>()
  const [failure, setFailure] = useState<string>()

  useEffect(() => {
    load()
      .then(({ readHolder }) => readHolder(scheme))
      .then((found) => found && setHolder(found))
      .catch(() => {})
  }, [scheme])

  const attempt = (work: () => Promise<void>) => () => {
    setFailure(undefined)
    work().catch((error: Error) => setFailure(error.message))
  }
  const enter = attempt(async () => setHolder(await (await load()).enterHere(scheme)))
  const read = attempt(async () => setAnswer(await (await load()).readHere(scheme)))

  return (
    <>
      <p className="max-w-prose text-muted">
        A session of this scheme, held by this browser as an application would hold it. It opens a
        sample, which is the same for everybody.
      </p>
      <div className="flex flex-wrap gap-3">
        <Button kind="quiet" onClick={enter}>
          {holder ? 'Begin another session' : 'Begin a session here'}
        </Button>
        <Button onClick={read} disabled={!holder}>
          Read with it
        </Button>
      </div>
      {holder && (
        <p
          className="border border-line bg-raised p-4 font-mono text-small break-all"
          data-testid="own-token"
        >
          {holder.isReadable ? holder.token : 'In an HttpOnly cookie, which no script can read.'}
        </p>
      )}
      <div aria-live="polite" className="grid gap-4 empty:hidden">
        {failure && <Notice title={failure} />}
        {answer && (
          <pre
            tabIndex={0}
            data-testid="own-answer"
            className="border border-line bg-raised p-4 font-mono text-small break-all whitespace-pre-wrap"
          >
            {answer.status} {answer.body}
          </pre>
        )}
      </div>
    </>
  )
}
