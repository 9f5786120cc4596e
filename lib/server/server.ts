import type { ReplayStore, SessionStore } from '@/lib/protocol/stores'
import { createLock, type Lock } from '@/lib/protocol/verify'
import { lockOptions, readEnv, type Env } from './env'
import { nodeCrypto } from './node-crypto'
import { processWide } from './process-wide'
import { createRateLimiter, LIMITS, type RateLimiter } from './rate-limit'
import { createSqlReplayStore } from './stores/replay'
import { createSessionStore } from './stores/sessions'
import { openSqlite, type Db } from './stores/sqlite'

/** What a handler works with: the settings, the lock and the stores, one of each per process. */
export interface Server {
  readonly env: Env
  readonly lock: Lock
  readonly db: Db
  readonly sessions: SessionStore
  readonly replay: ReplayStore
  readonly limiter: RateLimiter
}

/** Opens on first use, never while the application is being built. */
export function getServer(): Promise<Server> {
  return processWide('server', open)
}

async function open(): Promise<Server> {
  const env = readEnv(process.env)
  const db = openSqlite(env.DATABASE_URL.replace(/^file:/, ''))
  return {
    env,
    lock: await createLock({ ...lockOptions(env), primitives: nodeCrypto }),
    db,
    sessions: createSessionStore(db),
    replay: createSqlReplayStore(db),
    limiter: createRateLimiter(LIMITS, env.RATE_LIMIT),
  }
}
