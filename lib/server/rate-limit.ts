import { SessionLockError } from '@/lib/protocol/errors'

/**
 * Limits on what costs us work or tells a guesser something: token buckets in memory, per account
 * and per address. At most `MOST_KEYS` of them; the ones that were used longest ago go first.
 */

export interface Limit {
  /** How many at once, from a full bucket. */
  readonly burst: number
  /** How long an empty bucket takes to fill, in ms. */
  readonly refillMs: number
}

const MINUTE = 60_000

export type Limits = Readonly<Record<string, Limit>>

export const LIMITS = {
  'sign-in of an account': { burst: 10, refillMs: 5 * MINUTE },
  'sign-in from an address': { burst: 50, refillMs: 5 * MINUTE },
  'guests from an address': { burst: 60, refillMs: 60 * MINUTE },
  'registration from an address': { burst: 20, refillMs: 60 * MINUTE },
  'enrolment challenges to an address': { burst: 120, refillMs: MINUTE },
} as const satisfies Limits

const MOST_KEYS = 10_000

export interface RateLimiter<Name extends string = keyof typeof LIMITS> {
  /**
   * Takes one from the bucket; ERR_RATE_LIMITED where it is empty, saying when it will not be.
   * Returns how to put it back, for what turned out to be no guess.
   */
  take(name: Name, key: string, now: number): () => void
}

/** @param factor how many times the limits, or `off` */
export function createRateLimiter<L extends Limits>(
  limits: L,
  factor: number | 'off',
  mostKeys = MOST_KEYS,
): RateLimiter<keyof L & string> {
  const buckets = new Map<string, { level: number; at: number }>()

  return {
    take(name, key, now) {
      if (factor === 'off') return () => {}
      const { burst, refillMs } = limits[name]!
      const size = Math.max(1, burst * factor)
      const id = `${name} ${key}`
      const known = buckets.get(id) ?? { level: size, at: now }
      const level = Math.min(size, known.level + ((now - known.at) / refillMs) * size)
      if (level < 1) {
        throw new SessionLockError('ERR_RATE_LIMITED', {
          retryAfterS: (((1 - level) / size) * refillMs) / 1000,
        })
      }
      const bucket = { level: level - 1, at: now }
      buckets.delete(id)
      buckets.set(id, bucket)
      if (buckets.size > mostKeys) buckets.delete(buckets.keys().next().value!)
      return () => void (bucket.level = Math.min(size, bucket.level + 1))
    },
  }
}
