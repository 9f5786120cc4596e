// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { createStatementClock } from './statement-clock'

describe('the statement clock', () => {
  it('never gives a time twice', () => {
    const clock = createStatementClock(() => 1000)
    expect([clock.next(), clock.next(), clock.next()]).toEqual([1000, 1001, 1002])
  })

  it('speaks the time of the server, once that is learnt', () => {
    const clock = createStatementClock(() => 1000)
    clock.next()
    clock.learn(90_000)
    expect(clock.offset).toBe(89_000)
    expect([clock.next(), clock.next()]).toEqual([90_000, 90_001])
    clock.learn(5000)
    expect(clock.next()).toBe(5000)
  })

  it('shares no stamp between two requests that learn the same', () => {
    let now = 1000
    const clock = createStatementClock(() => now)
    clock.learn(90_000)
    const first = clock.next()
    now = 1001
    clock.learn(90_000)
    expect(clock.next()).toBeGreaterThan(first)
  })

  it('does not stay ahead when the clock is set back', () => {
    let now = 90_000
    const clock = createStatementClock(() => now)
    clock.next()
    now = 1000
    expect(clock.next()).toBe(1000)
  })
})
