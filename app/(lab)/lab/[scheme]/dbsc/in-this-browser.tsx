import { SessionLockProvider } from '@/lib/client/provider'
import { getLockProps } from '@/lib/server/lock-props'
import { HowItWorks } from '@/app/ui/how-it-works'
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
          and whose cookie is worth nothing by itself. Which browser it says it is plays no part.
        </p>
      </div>
      <SessionLockProvider origin={origin} challenge={challenge}>
        <TryIt />
      </SessionLockProvider>
      <Flags isHttps={origin.startsWith('https:')} />
      <HowItWorks
        files={[
          ...['lib/lab/dbsc/registration.ts', 'lib/lab/dbsc/proof.ts', 'lib/lab/dbsc/session.ts'],
          ...['lib/lab/dbsc/offer.ts', 'e2e/lab/dbsc.spec.ts'],
        ]}
      >
        <p>
          The answer to the sign-in carries an offer in a header. A browser that takes it makes a
          key, signs the challenge in the offer and sends it, with the public key, to the address in
          the offer. It is answered with instructions, and with the first cookie.
        </p>
        <p>
          Where that cookie is missing the browser holds requests up, asks for a challenge, signs
          it, and gets the next one. Each challenge counts once. Signing out ends the session on the
          server at once; the browser hears of it at its next refresh.
        </p>
      </HowItWorks>
    </section>
  )
}
