import { expect, it } from 'vitest'
import { createMemoryReplayStore } from './stores'
import { codeOf, NOW } from './testing'

it('a memory that is full forgets nothing early, and takes nothing more until it may', async () => {
  const clock = { now: NOW }
  const replay = createMemoryReplayStore(() => clock.now, 2)
  expect(await replay.claim('a', NOW + 1000)).toBe(true)
  expect(await replay.claim('b', NOW + 2000)).toBe(true)
  expect(await replay.claim('a', NOW + 1000)).toBe(false)
  expect(await codeOf(replay.claim('c', NOW + 3000))).toBe('ERR_STORE_UNAVAILABLE')
  clock.now = NOW + 1000
  expect(await replay.claim('c', NOW + 3000)).toBe(true)
  expect(await replay.claim('b', NOW + 2000)).toBe(false)
})
