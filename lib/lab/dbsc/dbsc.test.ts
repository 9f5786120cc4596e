import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKeyPair } from '@/lib/protocol/enrol'
import { getServer } from '@/lib/server/server'
import { jsonOf, postJson } from '../message'
import { startApplication, type Application } from '../testing'
import type { Answer, Scheme, Wire } from '../types'
import { createHttpWire, identify } from '../wires/http'
import { createChallenges } from './challenges'
import type { Watched } from './entrance'
import { FIELD } from './fields'
import { AT } from './instructions'
import * as dbsc from './scheme'
import {
  askForChallenge,
  cookieHeader,
  forgeProof,
  openOffer,
  publicJwk,
  refreshWith,
  registerWith,
  send,
} from './testing'

const scheme: Scheme = dbsc
let application: Application
let wire: Wire
beforeAll(async () => {
  application = await startApplication()
  wire = createHttpWire(application.address, await identify(application.address))
})
afterAll(() => application.close())

const verdict = ({ status, code }: Answer) => [status, code]
const watch = async (release: string) =>
  jsonOf<Watched>(await wire.send(postJson(AT.watch, { release })))!

/** A session that is registered. */
async function enter(form: object = {}) {
  const offer = await openOffer(wire, form)
  const registered = await registerWith(wire, offer)
  expect(registered.status).toBe(200)
  return { ...offer, registered, cookie: cookieHeader(registered, wire.origin) }
}

describe('registration', () => {
  it('offers ES256, an address and a challenge, and opens nothing yet', async () => {
    const answer = await wire.send(postJson(AT.signIn, {}))
    expect(answer.status).toBe(201)
    expect(answer.headers.get(FIELD.registration)).toMatch(
      /^\(ES256\);path="\/api\/lab\/dbsc\/registration";challenge="[\w-]{75}";authorization="[\w-]{43}"$/,
    )
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(verdict(await send(wire, 'GET', AT.notes))).toEqual([401, 'cookie_missing'])
  })

  it('binds the sign-in to the key, and answers with instructions of the lab’s own scope', async () => {
    const { owner, sid, registered, cookie } = await enter()
    expect(jsonOf(registered)).toEqual({
      session_identifier: sid,
      refresh_url: AT.refresh,
      scope: {
        origin: wire.origin,
        include_site: false,
        scope_specification: [AT.signIn, AT.registration, AT.watch, AT.expire].map((path) => ({
          ...{ type: 'exclude', domain: '*', path },
        })),
      },
      credentials: [
        {
          type: 'cookie',
          name: 'lab-dbsc',
          attributes: 'Path=/api/lab/dbsc; HttpOnly; SameSite=Lax',
        },
      ],
    })
    expect(registered.headers.getSetCookie()[0]).toMatch(
      /^lab-dbsc=[\w.-]+; Max-Age=60; Path=\/api\/lab\/dbsc; HttpOnly; SameSite=Lax$/,
    )
    const session = await send(wire, 'GET', AT.session, cookie)
    expect(jsonOf(session)).toEqual({ owner, sid })
    const note = await wire.send({
      ...postJson(AT.notes, { text: 'mine' }),
      headers: Object.entries(cookie),
    })
    expect(note.status).toBe(201)
  })

  it('takes a proof that is a string of RFC 9651, and one for this very address', async () => {
    const offer = await openOffer(wire)
    const header = { jwk: await publicJwk(offer.keyPair) }
    const aud = wire.origin + AT.registration
    const { challenge: jti, authorization } = offer
    const proof = await forgeProof(offer.keyPair, header, { jti, authorization, aud })
    const answer = await send(wire, 'POST', AT.registration, { [FIELD.response]: `"${proof}"` })
    expect(answer.status).toBe(200)
  })

  it.each([
    ['another challenge of this server', 'challenge_invalid'],
    ['no challenge at all', 'challenge_invalid'],
    ['a challenge for refreshing', 'challenge_invalid'],
    ['a challenge that is over', 'challenge_invalid'],
  ])('refuses %s', async (what, code) => {
    const offer = await openOffer(wire)
    const { env } = await getServer()
    const challenges = await createChallenges(env.AUTH_SECRET, env.APP_ORIGIN)
    const now = Date.now()
    const jti = {
      'another challenge of this server': (await openOffer(wire)).challenge,
      'no challenge at all': '',
      'a challenge for refreshing': await challenges.issue('refresh', offer.sid, now),
      'a challenge that is over': await challenges.issue('registration', offer.sid, now - 61_000),
    }[what]
    expect(verdict(await registerWith(wire, offer, { payload: { jti } }))).toEqual([401, code])
    expect((await watch(offer.release)).events.at(-1)).toMatchObject({
      kind: 'refused',
      detail: code,
    })
    // What was refused has cost the honest browser nothing.
    expect((await registerWith(wire, offer)).status).toBe(200)
  })

  it('refuses a challenge that was used, and a second key for a sign-in', async () => {
    const offer = await enter()
    expect(verdict(await registerWith(wire, offer))).toEqual([401, 'challenge_used'])
    const { env } = await getServer()
    const challenges = await createChallenges(env.AUTH_SECRET, env.APP_ORIGIN)
    const challenge = await challenges.issue('registration', offer.sid, Date.now())
    const other = { ...offer, challenge, keyPair: await createKeyPair() }
    expect(verdict(await registerWith(wire, other))).toEqual([401, 'already_bound'])
  })

  it('registers one of many at the same instant', async () => {
    const offer = await openOffer(wire)
    const answers = await Promise.all(Array.from({ length: 20 }, () => registerWith(wire, offer)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('refuses the authorization of nobody', async () => {
    const offer = await openOffer(wire)
    for (const authorization of ['', 'x', undefined, 7]) {
      const answer = await registerWith(wire, offer, { payload: { authorization } })
      expect(answer.status).toBe(401)
      expect(answer.code).toBe(authorization === 7 ? 'proof_invalid' : 'sign_in_unknown')
    }
  })

  it.each([
    ['typ', { header: { typ: 'jwt' } }],
    ['no typ', { header: { typ: undefined } }],
    ['alg none', { header: { alg: 'none' } }],
    ['alg HS256', { header: { alg: 'HS256' } }],
    ['alg RS256', { header: { alg: 'RS256' } }],
    ['no key', { header: { jwk: undefined } }],
    ['a key of another kind', { header: { jwk: { kty: 'oct', k: 'AAAA' } } }],
    ['a point on no curve', { header: { jwk: { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' } } }],
    ['a critical extension', { header: { crit: ['b64'], b64: false } }],
    ['another address', { payload: { aud: 'https://other.example/registration' } }],
    ['a challenge that is no text', { payload: { jti: 7 } }],
    ['an over-long challenge', { payload: { jti: 'a'.repeat(300) } }],
    ['an over-long proof', { payload: { more: 'a'.repeat(8000) } }],
  ])('refuses a proof with %s', async (_, changes) => {
    const offer = await openOffer(wire)
    expect(verdict(await registerWith(wire, offer, changes))).toEqual([401, 'proof_invalid'])
  })

  it('refuses a proof that is signed by another key than it brings', async () => {
    const offer = await openOffer(wire)
    const jwk = await publicJwk(await createKeyPair())
    const answer = await registerWith(wire, offer, { header: { jwk } })
    expect(verdict(answer)).toEqual([401, 'proof_invalid'])
  })

  it('refuses a private key in the open', async () => {
    const offer = await openOffer(wire)
    const jwk = { ...(await publicJwk(offer.keyPair)), d: 'AAAA' }
    expect((await registerWith(wire, offer, { header: { jwk } })).code).toBe('proof_invalid')
  })

  it.each(['', '"', 'a.b.c', ':AAAA:', '7', '"a", "b"', 'eyJ', `"${'a'.repeat(5000)}"`])(
    'answers a field of %j in words, and never with a fault of its own',
    async (field) => {
      const answer = await send(wire, 'POST', AT.registration, { [FIELD.response]: field })
      expect(verdict(answer)).toEqual([401, 'proof_invalid'])
    },
  )
})

describe('refresh', () => {
  it('asks for a proof over a challenge of its own, and gives the next cookie for it', async () => {
    const { sid, keyPair, owner, cookie } = await enter()
    const asked = await send(wire, 'POST', AT.refresh, { [FIELD.sessionId]: sid })
    expect(verdict(asked)).toEqual([403, 'proof_missing'])
    expect(asked.headers.get(FIELD.challenge)).toMatch(new RegExp(`^"[\\w-]{75}";id="${sid}"$`))
    const answer = await refreshWith(wire, sid, keyPair, await askForChallenge(wire, sid))
    expect(answer.status).toBe(200)
    expect(jsonOf(answer)).toMatchObject({ session_identifier: sid, refresh_url: AT.refresh })
    const next = cookieHeader(answer, wire.origin)
    // The one before serves the requests that are under way.
    for (const one of [next, cookie]) {
      expect(jsonOf(await send(wire, 'GET', AT.notes, one))).toMatchObject({ owner })
    }
  })

  it('asks again, with a new challenge, where the challenge is no good', async () => {
    const { sid, keyPair, challenge } = await enter()
    const other = await enter()
    const good = await askForChallenge(wire, sid)
    const answers = [
      await refreshWith(wire, sid, keyPair, ''),
      // Of the registration, and of another session.
      await refreshWith(wire, sid, keyPair, challenge),
      await refreshWith(wire, sid, keyPair, await askForChallenge(wire, other.sid)),
    ]
    for (const answer of answers) {
      expect(verdict(answer)).toEqual([403, 'challenge_invalid'])
      expect(answer.headers.get(FIELD.challenge)).toBeTruthy()
      expect(answer.headers.getSetCookie()).toEqual([])
    }
    expect((await refreshWith(wire, sid, keyPair, good)).status).toBe(200)
    expect(verdict(await refreshWith(wire, sid, keyPair, good))).toEqual([403, 'challenge_used'])
  })

  it('counts one of many at the same instant', async () => {
    const { sid, keyPair } = await enter()
    const challenge = await askForChallenge(wire, sid)
    const race = Array.from({ length: 20 }, () => refreshWith(wire, sid, keyPair, challenge))
    const answers = await Promise.all(race)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('refuses another key, also one that the proof brings along', async () => {
    const { sid, release } = await enter()
    const own = await createKeyPair()
    for (const header of [{}, { jwk: await publicJwk(own) }]) {
      const challenge = await askForChallenge(wire, sid)
      const answer = await refreshWith(wire, sid, own, challenge, { header })
      expect(verdict(answer)).toEqual([401, 'proof_invalid'])
      expect(answer.headers.getSetCookie()).toEqual([])
    }
    expect((await watch(release)).events.at(-1)).toMatchObject({ detail: 'proof_invalid' })
  })

  it.each([
    ['typ', { header: { typ: 'jwt' } }],
    ['alg none', { header: { alg: 'none' } }],
    ['alg HS256', { header: { alg: 'HS256' } }],
    ['another address', { payload: { aud: 'https://other.example/refresh' } }],
    ['no claims of the form', { payload: { jti: ['x'] } }],
  ])('refuses a proof with %s', async (_, changes) => {
    const { sid, keyPair } = await enter()
    const challenge = await askForChallenge(wire, sid)
    const answer = await refreshWith(wire, sid, keyPair, challenge, changes)
    expect(verdict(answer)).toEqual([401, 'proof_invalid'])
  })

  it.each([undefined, '', 'dnobody', '"dnobody"', '"', '7', ':AAAA:', `d${'a'.repeat(5000)}`])(
    'knows no session %j',
    async (sid) => {
      const headers: Record<string, string> = sid === undefined ? {} : { [FIELD.sessionId]: sid }
      const answer = await send(wire, 'POST', AT.refresh, headers)
      expect(verdict(answer)).toEqual([404, 'session_unknown'])
    },
  )

  it('knows no session that was never registered', async () => {
    const { sid } = await openOffer(wire)
    const answer = await send(wire, 'POST', AT.refresh, { [FIELD.sessionId]: sid })
    expect(verdict(answer)).toEqual([404, 'session_unknown'])
  })
})

describe('the session', () => {
  it('ends: the cookie is worth nothing, and the browser is told to let go', async () => {
    const { sid, cookie, keyPair } = await enter()
    const ahead = await askForChallenge(wire, sid)
    const left = await send(wire, 'DELETE', AT.session, cookie)
    expect(left.status).toBe(204)
    expect(left.headers.getSetCookie()[0]).toMatch(/^lab-dbsc=; Max-Age=0; Path=\/api\/lab\/dbsc/)
    expect(left.headers.get('Clear-Site-Data')).toBeNull()
    expect(verdict(await send(wire, 'GET', AT.notes, cookie))).toEqual([401, 'session_ended'])
    const told = await send(wire, 'POST', AT.refresh, { [FIELD.sessionId]: sid })
    expect(told.status).toBe(200)
    expect(jsonOf(told)).toEqual({ session_identifier: sid, continue: false })
    const late = await refreshWith(wire, sid, keyPair, ahead)
    expect(late.headers.getSetCookie()).toEqual([])
    expect(jsonOf(late)).toMatchObject({ continue: false })
  })

  it('clears the site where that is asked for', async () => {
    const { cookie } = await enter()
    const left = await send(wire, 'DELETE', `${AT.session}?clear=site`, cookie)
    expect(left.headers.get('Clear-Site-Data')).toBe('"cookies", "storage"')
  })

  it('takes no cookie that it did not make, none that is doubled, and none of another kind', async () => {
    const { cookie } = await enter()
    const doubled = { Cookie: `${cookie.Cookie}; ${cookie.Cookie}` }
    expect((await send(wire, 'GET', AT.notes, doubled)).code).toBe('cookie_missing')
    for (const value of ['x', 'a.b.c', `${cookie.Cookie.slice(9)}x`, 'a'.repeat(3000)]) {
      const forged = { Cookie: `lab-dbsc=${value}` }
      expect((await send(wire, 'GET', AT.notes, forged)).code).toBe('cookie_invalid')
    }
  })

  it('tells why the browser skipped a refresh, and takes no other word for it', async () => {
    const { sid, release } = await enter()
    const value = `server_error;session_identifier="${sid}"`
    const answer = await send(wire, 'GET', AT.notes, { [FIELD.skipped]: value })
    expect(jsonOf(answer)).toMatchObject({
      code: 'cookie_missing',
      detail: 'There is no cookie. The browser skipped its refresh: server_error.',
    })
    expect((await watch(release)).events.at(-1)).toMatchObject({
      kind: 'skipped',
      detail: 'server_error',
    })
    const odd = await send(wire, 'GET', AT.notes, { [FIELD.skipped]: 'because;;' })
    expect(jsonOf(odd)).toMatchObject({ detail: 'There is no cookie.' })
  })
})

describe('the watch', () => {
  it('says what the browser did, to whoever signed in and to nobody else', async () => {
    const offer = await openOffer(wire, { lifeS: 5 })
    const before = await watch(offer.release)
    expect(before).toMatchObject({ isRegistered: false, cookieExpiresAt: null, lifeS: 5 })
    await registerWith(wire, offer)
    const after = await watch(offer.release)
    expect(after).toMatchObject({ isRegistered: true, isEnded: false })
    expect(after.events.map(({ kind }) => kind)).toEqual(['offered', 'registered'])
    expect(after.cookieExpiresAt! - after.serverTime).toBeGreaterThan(3000)
    expect(after.cookieExpiresAt! - after.serverTime).toBeLessThanOrEqual(6000)
    for (const release of [offer.sid, offer.owner, offer.authorization, 'x']) {
      const answer = await wire.send(postJson(AT.watch, { release }))
      expect(verdict(answer)).toEqual([404, 'ERR_NOT_FOUND'])
    }
  })

  it('takes everything away, so that a late registration finds no sign-in', async () => {
    const offer = await openOffer(wire)
    const gone = await wire.send({
      ...postJson(AT.watch, { release: offer.release }),
      method: 'DELETE',
    })
    expect(gone.status).toBe(204)
    expect(verdict(await registerWith(wire, offer))).toEqual([401, 'sign_in_unknown'])
  })

  it.each([{ lifeS: 0 }, { lifeS: 601 }, { lifeS: 1.5 }, { lifeS: '5' }, { more: 1 }, null])(
    'signs nobody in with %j',
    async (form) => {
      const answer = await wire.send(postJson(AT.signIn, form))
      expect(verdict(answer)).toEqual([400, 'ERR_INPUT'])
    },
  )

  it('answers other addresses and methods in words', async () => {
    expect((await send(wire, 'GET', '/api/lab/dbsc/nothing')).code).toBe('ERR_NOT_FOUND')
    expect((await send(wire, 'GET', AT.refresh)).code).toBe('ERR_NOT_FOUND')
    expect((await send(wire, 'GET', '/api/lab/dbsc/constructor')).code).toBe('ERR_NOT_FOUND')
  })
})

describe('the lab’s own browser', () => {
  const countRows = async () => {
    const { db } = await getServer()
    const owned = db.withTables<{ lab_dbsc_sessions: { sid: string } }>()
    const sessions = await owned.selectFrom('lab_dbsc_sessions').selectAll().execute()
    return [sessions.length, (await db.selectFrom('replay_claims').selectAll().execute()).length]
  }

  it('refreshes when its cookie is no longer fresh, and leaves no row behind', async () => {
    const before = await countRows()
    const holder = await scheme.enter(wire)
    const { token } = holder
    await scheme.renew!(holder, wire)
    expect(holder.token).toBe(token)
    const later: Wire = { ...wire, now: () => Date.now() + 61_000 }
    // Another second, and so another cookie.
    await new Promise((resolve) => setTimeout(resolve, 1000 - (Date.now() % 1000) + 10))
    await scheme.renew!(holder, later)
    expect(holder.token).not.toBe(token)
    expect((await watch(holder.release!)).events.map(({ kind }) => kind)).toEqual([
      ...['offered', 'registered', 'challenged', 'refreshed'],
    ])
    await scheme.leave!(wire, holder)
    expect(await countRows()).toEqual(before)
  })
})
