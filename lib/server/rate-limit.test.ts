import { describe, expect, it } from 'vitest'
import type { SessionLockError } from '@/lib/protocol/errors'
import { createRateLimiter, LIMITS } from './rate-limit'

const NAME = 'sign-in of an account'
const { burst, refillMs } = LIMITS[NAME]
const NOW = 1_790_000_000_000

describe('a limit', () => {
  const refusal = (attempt: () => void) => {
    try {
      attempt()
      return undefined
    } catch (error) {
      return error as SessionLockError
    }
  }

  it('lets a burst through, then says when to come again', () => {
    const limiter = createRateLimiter(LIMITS, 1)
    for (let i = 0; i < burst; i++) limiter.take(NAME, 'ada', NOW)
    const error = refusal(() => limiter.take(NAME, 'ada', NOW))
    expect(error?.code).toBe('ERR_RATE_LIMITED')
    const retryAfterS = Number(error?.toResponse(NOW).headers.get('Retry-After'))
    expect(retryAfterS).toBe(refillMs / burst / 1000)
    expect(refusal(() => limiter.take(NAME, 'ada', NOW + retryAfterS * 1000 - 1))).toBeDefined()
    limiter.take(NAME, 'ada', NOW + retryAfterS * 1000)
  })

  it('is one for each key and each name', () => {
    const limiter = createRateLimiter(LIMITS, 1)
    for (let i = 0; i < burst; i++) limiter.take(NAME, 'ada', NOW)
    limiter.take(NAME, 'grace', NOW)
    limiter.take('sign-in from an address', 'ada', NOW)
  })

  it('gives back what was no guess', () => {
    const limiter = createRateLimiter(LIMITS, 1)
    for (let i = 0; i < 5 * burst; i++) limiter.take(NAME, 'ada', NOW)()
  })

  it('is multiplied, or off', () => {
    const [double, off] = [createRateLimiter(LIMITS, 2), createRateLimiter(LIMITS, 'off')]
    for (let i = 0; i < 2 * burst; i++) double.take(NAME, 'ada', NOW)
    expect(refusal(() => double.take(NAME, 'ada', NOW))).toBeDefined()
    for (let i = 0; i < 100 * burst; i++) off.take(NAME, 'ada', NOW)
  })

  it('is kept for so many keys and no more; those in use stay', () => {
    const limiter = createRateLimiter(LIMITS, 1, 3)
    for (let i = 0; i < burst; i++) limiter.take(NAME, 'ada', NOW)
    limiter.take(NAME, 'a', NOW)
    limiter.take(NAME, 'b', NOW)
    expect(refusal(() => limiter.take(NAME, 'ada', NOW))).toBeDefined()
    limiter.take(NAME, 'c', NOW)
    expect(refusal(() => limiter.take(NAME, 'ada', NOW))).toBeUndefined()
  })
})
