import type { Env } from '@/lib/server/env'
import type { Windows } from '../types'

/** The windows of a deployment, as its environment has them. */
export function windowsOf(env: Env): Windows {
  return {
    maxAgeMs: env.PROOF_MAX_AGE_MS,
    toleranceMs: env.CLOCK_TOLERANCE_MS,
    challengeWindowMs: env.CHALLENGE_WINDOW_S * 1000,
  }
}
