import { beforeAll, describe, expect, it, vi } from 'vitest'
import { RECORDED } from '../recorded'
import { ENV, inProcessWire, SECRET, sendInProcess } from '../testing'
import { ancestors } from './ancestors'
import { federation } from './federated'
import { holds } from './index'
import { session } from './session'
import { TLS_VERSIONS, type Step } from './types'

/** The acts that need no more of the application than its own routes; the browser tests tell all. */

const world = { app: sendInProcess, origin: inProcessWire.origin, secret: SECRET }

beforeAll(() => {
  for (const [name, value] of Object.entries(ENV)) vi.stubEnv(name, value)
})

describe.each([session, federation, ancestors])('$title', (act) => {
  it.each(TLS_VERSIONS)(
    'comes out as it must, and as it was recorded, over %s',
    async (version) => {
      const steps: Step[] = []
      await act.perform(world, version, (step) => steps.push(step))
      expect(steps.length).toBeGreaterThan(0)
      expect(steps.filter((step) => !holds(step))).toEqual([])
      const then = RECORDED.steps.filter(
        (step) => step.act === act.title && step.version === version,
      )
      expect(then).toEqual(steps)
    },
  )
})

it('tells of a scene that came out otherwise', async () => {
  const steps: Step[] = []
  const broken = { ...world, app: async () => ({ ...(await sendInProcess(hello)), status: 418 }) }
  const hello = { method: 'GET', target: '/api/lab/token-binding/notes', headers: [] }
  await session.perform(broken, 'TLSv1.3', (step) => steps.push(step))
  expect(steps[0]).toMatchObject({ expected: '201', got: '418 ERR_TOKEN_MISSING' })
  expect(holds(steps[0]!)).toBe(false)
})
