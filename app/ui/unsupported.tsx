import type { Unsupported } from '@/lib/client/session-client'
import { Notice } from './notice'

/** Says, in words, why this browser cannot hold a session here and what to do. */
export function UnsupportedNotice({ reason, origin }: { reason: Unsupported; origin: string }) {
  if (reason === 'wrong-origin') {
    return (
      <Notice tone="falls" title="This page is open under another address than its own">
        <p>
          Requests are signed for <code className="font-mono">{origin}</code> and for nothing else.{' '}
          <a className="text-accent underline" href={origin}>
            Open it there
          </a>
          .
        </p>
      </Notice>
    )
  }
  if (reason === 'insecure-context') {
    return (
      <Notice tone="falls" title="This page cannot make a key: the connection is not secure">
        <p>
          Browsers offer cryptography (WebCrypto) to pages on https and on localhost only. Open{' '}
          <a className="text-accent underline" href={origin}>
            {origin}
          </a>{' '}
          on the machine that runs the demo, or put it behind https.
        </p>
      </Notice>
    )
  }
  return (
    <Notice tone="falls" title="This browser keeps no keys for this page">
      <p>
        The session’s key lives in the browser’s storage (IndexedDB), which is switched off here.
        Leave private or lockdown mode, or allow this site to keep data, and load the page again.
      </p>
    </Notice>
  )
}
