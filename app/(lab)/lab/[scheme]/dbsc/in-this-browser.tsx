import { SessionLockProvider } from '@/lib/client/provider'
import { getLockProps } from '@/lib/server/lock-props'
import { Flags } from './flags'
import { TryIt } from './try-it'

/** DBSC where it is spoken: by the visitor's own browser, or not. */
export async function InThisBrowser() {
  const { origin, challenge } = await getLockProps()
  return (
    <section className="grid gap-5" aria-labelledby="own">
      <div className="grid max-w-prose gap-2">
        <h2 id="own" className="text-lead font-medium">
          In your browser
        </h2>
        <p className="text-muted">
          The sign-in offers DBSC to the browser and waits a moment for what it does. A browser that
          registers a key has DBSC. Any other gets a session-lock session, whose key this page holds
          and whose cookie is worth nothing by itself. Nobody is asked for a name or a version.
        </p>
      </div>
      <SessionLockProvider origin={origin} challenge={challenge}>
        <TryIt />
      </SessionLockProvider>
      <Flags isHttps={origin.startsWith('https:')} />
    </section>
  )
}
