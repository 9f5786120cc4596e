import type { Metadata } from 'next'
import Link from 'next/link'
import { readSources } from '@/lib/lab/sources'
import { LIMITS } from '@/lib/lab/token-binding/limits'
import { HowItWorks } from '@/app/ui/how-it-works'
import { Notice } from '@/app/ui/notice'
import { Mark } from '../mark'
import { Matrix } from '../matrix'
import { COLUMNS, ROWS } from '../rows'
import { OneRow } from './one-row'
import { RecordedRun } from './recorded-run'
import { Timeline } from './timeline'

export const metadata: Metadata = { title: 'Token Binding' }

const COLUMN = COLUMNS.find(({ id }) => id === 'token-binding')!

const FACTS = [
  ['Who holds the key', 'The browser, below every page: no script sees the key or the header.'],
  ['How often it is proved', 'On every request; the signature is made once for a connection.'],
  ['What a proof covers', 'The connection, by keying material that only its two ends can export.'],
  [
    'What it does not cover',
    'The request. On its own connection the same header is good for any other.',
  ],
] as const

const FILES = [
  ...['message.ts', 'terminator.ts', 'gate.ts', 'handshake.ts', 'link.ts', 'server.ts'],
  ...['proof.ts', 'connection.ts', 'federation.ts', 'history.ts', 'story/index.ts'],
].map((file) => `lib/lab/token-binding/${file}`)

/** Token Binding: what it was, the one row where it wins, what it broke, and a run of it. */
export default function TokenBindingPage() {
  return (
    <div className="grid gap-12">
      <header className="grid max-w-prose gap-2">
        <p className="text-small">
          <Link href="/lab" className="text-accent underline">
            The lab
          </Link>
        </p>
        <h1 className="text-title font-medium">Token Binding</h1>
        <p className="text-muted">
          A session that is bound to a key of the browser’s, proved at the TLS connection and not at
          the request. It is a standard (RFC 8471, 8472, 8473) that no browser follows any more. It
          runs here between two Node programs.
        </p>
      </header>

      <dl className="grid gap-x-8 gap-y-5 border-t border-line pt-8 sm:grid-cols-2">
        {FACTS.map(([name, text]) => (
          <div key={name} className="grid content-start gap-1">
            <dt className="font-medium">{name}</dt>
            <dd className="text-muted">{text}</dd>
          </div>
        ))}
      </dl>

      <OneRow />

      <section className="grid gap-6" aria-labelledby="column-title">
        <h2 id="column-title" className="flex flex-wrap items-baseline gap-3 text-lead font-medium">
          Its column <Mark outcome="stands" /> <Mark outcome="falls" />
        </h2>
        <Matrix rows={ROWS} columns={[COLUMN]} sources={readSources()} />
      </section>

      <section aria-labelledby="breaks-title" className="grid gap-4">
        <h2 id="breaks-title" className="text-lead font-medium">
          What it breaks
        </h2>
        <Notice tone="falls" title="The honest user behind a proxy that comes and goes">
          <p>
            A house that inspects its own traffic is a man in the middle whom everybody trusts.
            Signed in at home, the owner is refused at work; signed in at work, at home. A proxy
            that was there from the first connection on, and binds with a key of its own, is never
            noticed.
          </p>
        </Notice>
      </section>

      <RecordedRun />

      <section aria-labelledby="limits-title" className="grid gap-4 border-t border-line pt-8">
        <h2 id="limits-title" className="text-lead font-medium">
          What could not be shown
        </h2>
        <dl className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
          {LIMITS.map(({ title, text }) => (
            <div key={title} className="grid content-start gap-1">
              <dt className="font-medium">{title}</dt>
              <dd className="text-muted">{text}</dd>
            </div>
          ))}
        </dl>
      </section>

      <Timeline />

      <HowItWorks files={FILES}>
        <p>
          Both ends of a TLS connection can derive the same secret bytes from it, and nobody else
          can. The client signs them with its key and sends key and signature in one header. A
          terminator before the application checks the signature against its own end of the
          connection, throws away what anybody else claims, and hands the key’s ID on, sealed. The
          application binds the cookie that it gives out to that ID, and asks for it ever after.
        </p>
      </HowItWorks>
    </div>
  )
}
