import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ATTACK_IDS } from './attacks'
import { MATRIX } from './matrix'
import { openTheatre, type Theatre } from './run'
import { countRows, startApplication, type Application } from './testing'
import { SCHEME_IDS, type Wire } from './types'
import { createHttpWire, identify } from './wires/http'
import { openOwnWire, type OpenWire } from './wires/own'

/** Every cell of the matrix, performed in this process; the clock is moved where an attack waits. */

let application: Application
let wire: Wire

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  application = await startApplication()
  wire = {
    ...createHttpWire(application.address, await identify(application.address)),
    now: Date.now,
    wait: async (ms) => void vi.setSystemTime(Date.now() + ms),
  }
})
afterAll(() => application.close())

describe.each(SCHEME_IDS)('%s', (scheme) => {
  let theatre: Theatre
  let own: OpenWire
  beforeAll(async () => {
    own = (await openOwnWire(scheme, wire, process.env.AUTH_SECRET))!
    theatre = openTheatre(scheme, own.wire)
  })
  afterAll(async () => {
    await theatre.close()
    await own.close()
  })

  it.each(ATTACK_IDS)('%s', async (attack) => {
    const { outcome, code } = await theatre.perform(attack)
    const { why: _, ...expected } = MATRIX[attack][scheme]
    expect({ outcome, ...(code && { code }) }).toEqual(expected)
  })
})

describe('after all that', () => {
  it('no row is left behind', async () => {
    expect(Object.values(await countRows())).toEqual([0, 0, 0, 0, 0])
  })

  it('every cell says why, in one sentence', () => {
    for (const row of Object.values(MATRIX)) {
      for (const { why } of Object.values(row)) expect(why).toMatch(/^[A-Zh].{15,110}\.$/)
    }
  })
})
