import { createRequestChallenges } from '@/lib/protocol/challenge'
import { createMemoryReplayStore, type ReplayStore } from '@/lib/protocol/stores'
import { processWide } from '@/lib/server/process-wide'
import { createRateLimiter, type RateLimiter } from '@/lib/server/rate-limit'
import type { Server } from '@/lib/server/server'

/** A whole run makes about thirty. */
const LIMITS = {
  'victims to an address': { burst: 3000, refillMs: 60 * 60_000 },
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
    replay: createMemoryReplayStore(Date.now, MOST_CLAIMS),
    nonces: createRequestChallenges(
      `lab-dpop ${lock.origin}`,
      lock.keySets,
      env.CHALLENGE_WINDOW_S,
    ),
    limiter: createRateLimiter(LIMITS, env.RATE_LIMIT),
  }))
}
