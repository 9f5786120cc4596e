import { createRequestChallenges } from '@/lib/protocol/challenge'
import { SessionLockError } from '@/lib/protocol/errors'
import { createMemoryReplayStore, type ReplayStore } from '@/lib/protocol/stores'
import { processWide } from '@/lib/server/process-wide'
import { createRateLimiter, type RateLimiter } from '@/lib/server/rate-limit'
import type { Server } from '@/lib/server/server'

/** A whole run makes about thirty. */
const LIMITS = {
  'victims to an address': { burst: 400, refillMs: 60 * 60_000 },
  'runs from an address': { burst: 60, refillMs: 60_000 },
} as const

const MOST_CLAIMS = 100_000

/** What the lab's own schemes keep, in this process and in memory: no attack leaves a row behind. */
export interface Lab {
  readonly replay: ReplayStore
  /** DPoP's nonces: the challenges of session-lock, of another purpose. */
  readonly nonces: ReturnType<typeof createRequestChallenges>
  readonly limiter: RateLimiter<keyof typeof LIMITS>
}

export async function getLab({ lock, env }: Server): Promise<Lab> {
  return processWide('lab', () => ({
    replay: bounded(createMemoryReplayStore(Date.now)),
    nonces: createRequestChallenges(
      `lab-dpop ${lock.origin}`,
      lock.keySets,
      env.CHALLENGE_WINDOW_S,
    ),
    limiter: createRateLimiter(LIMITS, env.RATE_LIMIT),
  }))
}

/** A memory that is full does not answer, and what does not answer lets nobody pass. */
function bounded(store: ReplayStore & { readonly size: number }): ReplayStore {
  return {
    async claim(id, expiresAt) {
      if (store.size >= MOST_CLAIMS) {
        throw new SessionLockError('ERR_STORE_UNAVAILABLE', { retryAfterS: 60 })
      }
      return store.claim(id, expiresAt)
    },
  }
}
