import type { Windows } from '@/lib/lab/types'
import { route } from '@/lib/server/route'

/** What a deployment says of itself, so that no attack is run against a stranger. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  async GET({ server: { env } }) {
    const windows: Windows = {
      maxAgeMs: env.PROOF_MAX_AGE_MS,
      toleranceMs: env.CLOCK_TOLERANCE_MS,
      challengeWindowMs: env.CHALLENGE_WINDOW_S * 1000,
    }
    return Response.json({ app: 'session-lock', lab: 1, origin: env.APP_ORIGIN, windows })
  },
})
