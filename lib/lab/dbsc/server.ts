import { processWide } from '@/lib/server/process-wide'
import { createRateLimiter, type RateLimiter } from '@/lib/server/rate-limit'
import type { Server } from '@/lib/server/server'
import { createChallenges, type Challenges } from './challenges'
import { createCookieSeal, type CookieSeal } from './cookie'
import { createDbscStore, type DbscStore } from './store'

/** A whole run of the attacks makes a few. */
const LIMITS = { 'DBSC sign-ins from an address': { burst: 400, refillMs: 60 * 60_000 } } as const
const SWEEP_EVERY_MS = 60_000

/** What DBSC works with, one of each per process. */
export interface Dbsc {
  readonly store: DbscStore
  readonly challenges: Challenges
  readonly cookies: CookieSeal
  readonly limiter: RateLimiter<keyof typeof LIMITS>
}

export function getDbsc(server: Server): Promise<Dbsc> {
  return processWide('lab-dbsc', () => open(server))
}

async function open({ env, db }: Server): Promise<Dbsc> {
  const store = await createDbscStore(db)
  const sweep = () => store.sweep(Date.now()).catch(console.error)
  setInterval(sweep, SWEEP_EVERY_MS).unref()
  return {
    store,
    challenges: await createChallenges(env.AUTH_SECRET, env.APP_ORIGIN),
    cookies: await createCookieSeal(env.AUTH_SECRET),
    limiter: createRateLimiter(LIMITS, env.RATE_LIMIT),
  }
}
