import Link from 'next/link' // lab
import { getLockProps } from '@/lib/server/lock-props'
import { EnterLater } from './ui/enter-later'
import { LiveTokenLater } from './ui/live-token-later'

const STEPS = [
  [
    'Enter',
    'Your browser makes a key that signs and that no script can export, this page’s included.',
  ],
  [
    'Write a note',
    'Each request is signed by that key. The vault shows you the token it travelled with.',
  ],
  [
    'Steal it',
    'Copy the token and use it in another browser. The server says why it does not help.',
  ],
] as const

export default async function Home() {
  const lock = await getLockProps()
  return (
    <div className="grid gap-12">
      <div className="grid items-start gap-12 lg:grid-cols-2">
        <section className="grid gap-6">
          <h1 className="text-display font-medium tracking-tight text-balance">
            Steal this session. It will not help you.
          </h1>
          <p className="text-lead text-muted">
            Whoever copies a session token today is the user. Here the token is bound to the browser
            it was issued to: without that browser’s signature the server refuses it.
          </p>
          <EnterLater {...lock} />
        </section>
        <LiveTokenLater />
      </div>

      <ol className="grid gap-8 border-t border-line pt-8 sm:grid-cols-3">
        {STEPS.map(([name, text], i) => (
          <li key={name} className="grid content-start gap-1">
            <h2 className="font-medium">
              <span className="mr-2 font-mono text-muted">{i + 1}</span>
              {name}
            </h2>
            <p className="text-muted">{text}</p>
          </li>
        ))}
      </ol>
      {/* lab:begin */}
      <p className="max-w-prose border-t border-line pt-8 text-muted">
        The thief’s side of it is{' '}
        <Link href="/hijack" className="text-accent underline">
          Hijack
        </Link>
        : open it in another browser, or in a private window. How bearer tokens, cookies and DPoP
        fare under the same attacks is performed in{' '}
        <Link href="/lab" className="text-accent underline">
          the lab
        </Link>
        .
      </p>
      {/* lab:end */}
    </div>
  )
}
