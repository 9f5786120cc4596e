import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getServer } from '@/lib/server/server'
import { ATTACK_IDS, type AttackId } from '../attacks'
import { openTheatre, type Outcome, type Theatre } from '../run'
import { countRows, startApplication, type Application } from '../testing'
import { createHttpWire, identify } from '../wires/http'

/** What each attack comes to. A code is the refusal's; where there is none, the attacker was served. */
const EXPECTED: Record<AttackId, readonly [Outcome, (string | undefined)?]> = {
  'token-elsewhere': ['falls'],
  'own-key': ['falls'],
  'mixed-account': ['falls'],
  revoked: ['stands', 'session_ended'],
  'replay-now': ['falls'],
  'replay-late': ['stands', 'cookie_expired'],
  'race-2': ['falls'],
  'race-100': ['falls'],
  'other-url': ['falls'],
  'other-method': ['falls'],
  'other-query': ['falls'],
  'other-body': ['falls'],
  'payload-edited': ['stands', 'cookie_invalid'],
  'alg-none': ['stands', 'cookie_invalid'],
  'embedded-key': ['stands', 'cookie_invalid'],
  'as-bearer': ['stands', 'cookie_missing'],
  'as-cookie': ['none'],
  'other-profile': ['none'],
  'minted-inside': ['falls'],
  'minted-after': ['falls'],
  'doubled-authorization': ['stands', 'ERR_TOKEN_MALFORMED'],
  'doubled-cookie': ['stands', 'ERR_TOKEN_MALFORMED'],
  'folded-header': ['stands', 'ERR_INPUT'],
  'overlong-header': ['stands', 'cookie_invalid'],
  'internal-headers': ['stands', 'cookie_missing'],
  'path-tricks': ['stands', 'cookie_missing'],
  'key-export': ['stands', 'not extractable'],
  'script-signs': ['falls'],
  'profile-copied': ['falls'],
  relay: ['falls'],
  'clock-slow': ['stands'],
  'clock-fast': ['stands'],
}

describe('DBSC under attack', () => {
  let application: Application
  let theatre: Theatre

  beforeAll(async () => {
    application = await startApplication({ CHALLENGE_WINDOW_S: '1', CLOCK_TOLERANCE_MS: '500' })
    const wire = createHttpWire(application.address, await identify(application.address))
    theatre = openTheatre('dbsc', wire)
  })
  afterAll(async () => {
    await application.close()
  })

  it.each(ATTACK_IDS)(
    '%s',
    async (id) => {
      const { outcome, code } = await theatre.perform(id)
      const [expected, why] = EXPECTED[id]
      expect([outcome, code]).toEqual([expected, why])
    },
    20_000,
  )

  it('leaves no row behind', async () => {
    const { db } = await getServer()
    const sessions = () =>
      db
        .selectFrom('lab_dbsc_sessions' as never)
        .selectAll()
        .execute()
    expect(await sessions()).not.toEqual([])
    await theatre.close()
    expect(await sessions()).toEqual([])
    expect(Object.values(await countRows()).every((count) => count === 0)).toBe(true)
  })
})
