import { CompactSign, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { contentDigest } from './digest'
import { decodeBase64, decodeBase64url, encodeBase64, encodeBase64url, utf8 } from './encoding'
import { createKeyPair } from './enrol'
import { SessionLockError, type ErrorCode } from './errors'
import { deriveKeySets } from './keys'
import { lockToken } from './prove'
import {
  codeOf,
  createWorld,
  NOW,
  ORIGIN,
  publicJwkOf,
  SECRET,
  signedRequest,
  signIn,
  withHeaders,
  type Client,
  type RequestOptions,
  type World,
} from './testing'
import { createTokenVerifier, issueToken } from './token'
import { HEADER } from './types'
import { verifyRequest } from './verify'

let world: World
let alice: Client
beforeEach(async () => {
  world = await createWorld()
  alice = await signIn(world)
})

const verdict = (request: Request, body?: string) =>
  codeOf(verifyRequest(request, world.handler(body)))
const edgeVerdict = (request: Request) => codeOf(verifyRequest(request, world.edge()))
const signed = (options?: RequestOptions, client = alice) => signedRequest(world, client, options)
/** With headers that a Request of our own making could not have. */
const withRaw = ({ url, method, headers: own }: Request, raw: Record<string, string>) => {
  const headers = new Map([...own, ...Object.entries(raw)].map(([k, v]) => [k.toLowerCase(), v]))
  const get = (name: string) => headers.get(name.toLowerCase()) ?? null
  const has = (name: string) => headers.has(name.toLowerCase())
  return { url, method, headers: { get, has } } as unknown as Request
}
const authorize = (value: string, headers: Record<string, string> = {}) =>
  new Request(`${ORIGIN}/api/notes`, { headers: { Authorization: value, ...headers } })

describe('an honest request', () => {
  it.each([
    { profile: 1, carrier: 'header' },
    { profile: 2, carrier: 'header' },
    { profile: 2, carrier: 'cookie' },
  ] as const)('is accepted: profile $profile in the $carrier', async (form) => {
    const client = await signIn(world, form)
    const body = '{"text":"a note"}'
    const request = await signed({ method: 'POST', body }, client)
    const session = await verifyRequest(request, world.handler(body))
    expect(session).toMatchObject({ sid: client.sid, sub: 'user-1', ...form })
    expect(Object.isFrozen(session)).toBe(true)
    expect(session).not.toHaveProperty('key')
  })

  it('passes the edge first, which holds no store', async () => {
    expect(await verifyRequest(await signed(), world.edge())).toMatchObject({ sid: alice.sid })
  })

  it('passes the edge undecided where a cookie carries the session', async () => {
    const client = await signIn(world, { carrier: 'cookie' })
    expect(await verifyRequest(await signed({}, client), world.edge())).toBeUndefined()
  })

  it.each(['sessionlock', 'SESSIONLOCK', 'SessionLock'])(
    'names its scheme in any case: %s',
    async (scheme) => {
      const request = await signed()
      const locked = request.headers.get('authorization')!.split(' ')[1]
      expect(await verdict(withHeaders(request, { Authorization: `${scheme} ${locked}` }))).toBe(
        undefined,
      )
    },
  )

  it('is verified again from what the token signature proved before', async () => {
    for (let i = 0; i < 3; i++) {
      expect(await verdict(await signed({ timestamp: NOW + i }))).toBeUndefined()
    }
  })
})

describe('read', () => {
  it.each([
    ['nothing', new Headers()],
    ['another scheme', new Headers({ Authorization: 'Basic YTpi' })],
    ['a proof without a session', new Headers({ 'Session-Lock': `${NOW}.${'A'.repeat(86)}` })],
  ])('%s is ERR_TOKEN_MISSING', async (_name, headers) => {
    const request = new Request(`${ORIGIN}/api/notes`, { headers })
    expect(await verdict(request)).toBe('ERR_TOKEN_MISSING')
    expect(await edgeVerdict(request)).toBe('ERR_TOKEN_MISSING')
  })

  const parts = ['e30', 'e30', 'AAAA', String(NOW), 'A'.repeat(86)]
  it.each([
    ['no value', 'SessionLock'],
    ['two parts', 'SessionLock e30.e30'],
    ['four parts', `SessionLock ${parts.slice(0, 4).join('.')}`],
    ['six parts', `SessionLock ${parts.join('.')}.junk`],
    ['an empty part', 'SessionLock e30..AAAA'],
    ['base64 of the other alphabet', 'SessionLock e30.e3+/.AAAA'],
    ['padding', 'SessionLock e30=.e30.AAAA'],
    ['a twin encoding', 'SessionLock e31.e30.AAAA'],
    ['bytes beyond ASCII', 'SessionLock caf\u00e9.e30.AAAA'],
    ['a doubled header, joined', `SessionLock ${parts.join('.')}, SessionLock ${parts.join('.')}`],
    ['more than 8 KiB', `SessionLock ${'A'.repeat(8192)}.e30.AAAA`],
  ])('%s is ERR_TOKEN_MALFORMED', async (_name, value) => {
    expect(await verdict(authorize(value))).toBe('ERR_TOKEN_MALFORMED')
    expect(await verdict(authorize(value.replace('SessionLock', 'Bearer')))).toBe(
      'ERR_TOKEN_MALFORMED',
    )
  })
})

describe('token', () => {
  const withToken = async (token: string) => {
    const thief = { ...alice, token }
    return verdict(await signed({}, thief))
  }
  const claims = () => ({
    ...{ sid: alice.sid, sub: 'user-1', iss: ORIGIN, slp: 2, slc: 'header' },
    ...{ iat: NOW / 1000, exp: NOW / 1000 + 60, cnf: { jwk: alice.jwk } },
  })
  const forge = async (changes: object, header: object = {}, secret = SECRET) => {
    const [keySet] = await deriveKeySets([secret])
    return new SignJWT({ ...claims(), ...changes })
      .setProtectedHeader({ alg: 'HS256', typ: 'session-lock+jwt', kid: keySet!.kid, ...header })
      .sign(keySet!.key.token)
  }

  it('is the control: a token forged with the right secret passes', async () => {
    expect(await withToken(await forge({}))).toBeUndefined()
  })

  it('of another secret is refused', async () => {
    expect(await withToken(await forge({}, {}, 'another-secret-of-32-bytes-or-more!'))).toBe(
      'ERR_TOKEN_INVALID',
    )
  })

  it.each<[string, object, object?]>([
    ['another issuer', { iss: 'https://evil.example' }],
    ['no subject', { sub: undefined }],
    ['a subject that is no text', { sub: 7 }],
    ['no sid', { sid: undefined }],
    ['a short sid', { sid: 'AAAA' }],
    ['no exp', { exp: undefined }],
    ['no iat', { iat: undefined }],
    ['no cnf', { cnf: undefined }],
    ['a key of another curve', { cnf: { jwk: { kty: 'EC', crv: 'P-384', x: 'AA', y: 'AA' } } }],
    ['another profile', { slp: 3 }],
    ['another carrier', { slc: 'cookie' }],
    ["profile 1's type", {}, { typ: 'JWT' }],
    ['no type', {}, { typ: undefined }],
    ['another kid', {}, { kid: 'AAAAAAAA' }],
    ['no kid', {}, { kid: undefined }],
  ])('with %s is refused', async (_name, changes, header) => {
    expect(await withToken(await forge(changes, header))).toBe('ERR_TOKEN_INVALID')
  })

  it('with alg none is refused', async () => {
    expect(await withToken(`${new UnsecuredJWT(claims()).encode()}AAAA`)).toBe('ERR_TOKEN_INVALID')
    const [keySet] = await deriveKeySets([SECRET])
    const none = encodeBase64url(
      utf8(JSON.stringify({ alg: 'none', typ: 'session-lock+jwt', kid: keySet!.kid })),
    )
    const token = await forge({})
    expect(await withToken([none, ...token.split('.').slice(1)].join('.'))).toBe(
      'ERR_TOKEN_INVALID',
    )
  })

  it("with RS256, or with the thief's key embedded in the header, is refused", async () => {
    const [keySet] = await deriveKeySets([SECRET])
    for (const alg of ['RS256', 'ES256']) {
      const { privateKey, publicKey } = await generateKeyPair(alg)
      const header = { alg, typ: 'session-lock+jwt', kid: keySet!.kid }
      const jwk = await exportJWK(publicKey)
      const token = await new CompactSign(utf8(JSON.stringify(claims())))
        .setProtectedHeader({ ...header, jwk })
        .sign(privateKey)
      expect(await withToken(token)).toBe('ERR_TOKEN_INVALID')
    }
  })

  it("with the thief's key written into the payload is refused", async () => {
    const mallory = await createKeyPair()
    const [header, , signature] = alice.token!.split('.')
    const payload = { ...claims(), cnf: { jwk: await publicJwkOf(mallory) } }
    const edited = [header, encodeBase64url(utf8(JSON.stringify(payload))), signature].join('.')
    const thief = { ...alice, token: edited, privateKey: mallory.privateKey }
    expect(await verdict(await signed({}, thief))).toBe('ERR_TOKEN_INVALID')
  })

  it.each([
    ['not JSON', 'AAAA'],
    ['an array', 'W10'],
    ['a number', 'MQ'],
  ])('whose payload is %s is refused', async (_name, payload) => {
    const [header, , signature] = alice.token!.split('.')
    expect(await withToken([header, payload, signature].join('.'))).toBe('ERR_TOKEN_INVALID')
  })

  it('is refused past its end, remembered or not', async () => {
    expect(await verdict(await signed())).toBeUndefined()
    world.clock.now += 86_400_000
    const request = await signed()
    for (let i = 0; i < 2; i++) {
      const error = await verifyRequest(request, world.handler()).catch((e: unknown) => e)
      expect(error).toMatchObject({
        code: 'ERR_TOKEN_EXPIRED',
        accused: { sid: alice.sid, sub: 'user-1' },
      })
    }
  })

  it('stays good while the secret is rotated, and is then signed by the new one', async () => {
    const rotated = await createWorld({ secrets: ['the-new-secret-of-32-bytes-or-more!!', SECRET] })
    rotated.rows.push(...world.rows)
    const request = await signed()
    expect(await codeOf(verifyRequest(request, rotated.handler()))).toBeUndefined()
    const bob = await signIn(rotated)
    expect(await verdict(await signedRequest(rotated, bob))).toBe('ERR_TOKEN_INVALID')
  })
})

describe('carrier and profile', () => {
  it('refuses a bound token presented as bearer, with its proof or without', async () => {
    const locked = (await signed()).headers.get('authorization')!.split(' ')[1]!
    expect(await verdict(authorize(`Bearer ${locked}`))).toBe('ERR_DOWNGRADE')
    expect(await verdict(authorize(`Bearer ${alice.token}`))).toBe('ERR_DOWNGRADE')
    expect(await edgeVerdict(authorize(`Bearer ${alice.token}`))).toBe('ERR_DOWNGRADE')
  })

  it('refuses a profile 2 token locked as profile 1 by its own key', async () => {
    const locked = await lockToken(alice.token!, alice.privateKey, NOW)
    expect(await verdict(authorize(`Bearer ${locked}`))).toBe('ERR_DOWNGRADE')
  })

  it('refuses a profile 1 token under the scheme of profile 2', async () => {
    const client = await signIn(world, { profile: 1 })
    const request = await signed({}, { ...client, profile: 2 })
    expect(await verdict(request)).toBe('ERR_DOWNGRADE')
  })

  it('ignores the cookie where an Authorization header of ours is present', async () => {
    const client = await signIn(world, { carrier: 'cookie' })
    const request = await signed({}, client)
    expect(await verdict(withHeaders(request, { Authorization: 'Bearer' }))).toBe(
      'ERR_TOKEN_MALFORMED',
    )
    expect(await verdict(withHeaders(request, { Authorization: 'Basic YTpi' }))).toBeUndefined()
  })
})

describe('proof', () => {
  it('is missing where the session token comes alone', async () => {
    expect(await verdict(authorize(`SessionLock ${alice.token}`))).toBe('ERR_PROOF_MISSING')
    const client = await signIn(world, { profile: 1 })
    expect(await verdict(authorize(`Bearer ${client.token}`))).toBe('ERR_PROOF_MISSING')
  })

  const signature = 'A'.repeat(86)
  it.each([
    ['nothing in its place', '', ''],
    ['no signature', String(NOW), ''],
    ['no timestamp', '', signature],
    ['a timestamp of 12 digits', '179000000000', signature],
    ['a timestamp of 14 digits', '17900000000000', signature],
    ['a timestamp in exponents', '9e99', signature],
    ['Infinity', 'Infinity', signature],
    ['NaN', 'NaN', signature],
    ['a sign', '-179000000000', signature],
    ['digits of another script', '١٢٣٤٥٦٧٨٩٠١٢٣', signature],
    ['a short signature', String(NOW), 'AAAA'],
    ['a padded signature', String(NOW), `${signature}==`],
    ['a twin of the signature', String(NOW), `${'A'.repeat(85)}B`],
    ['another alphabet', String(NOW), `+${'A'.repeat(85)}`],
  ])('%s is ERR_PROOF_MALFORMED', async (_name, timestamp, tail) => {
    const text = `SessionLock ${alice.token}.${timestamp}.${tail}`
    const headers = { get: (name: string) => (name === HEADER.authorization ? text : null) }
    const request = { url: `${ORIGIN}/api/notes`, method: 'GET', headers } as unknown as Request
    expect(await verdict(request)).toBe('ERR_PROOF_MALFORMED')
    expect(await edgeVerdict(request)).toBe('ERR_PROOF_MALFORMED')
  })

  it("by the thief's own key is refused, and says what was expected", async () => {
    const mallory = await createKeyPair()
    const request = await signed({}, { ...alice, privateKey: mallory.privateKey })
    const error = await verifyRequest(request, world.handler()).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(SessionLockError)
    expect((error as SessionLockError).toProblem(NOW)).toMatchObject({
      code: 'ERR_PROOF_INVALID',
      status: 401,
      expected: { method: 'GET', targetUri: `${ORIGIN}/api/notes` },
    })
    expect((error as SessionLockError).accused).toEqual({ sid: alice.sid, sub: 'user-1' })
  })

  it.each([
    ['to another URL', `${ORIGIN}/api/session`, 'GET'],
    ['to another query', `${ORIGIN}/api/notes?all=1`, 'GET'],
    ['to another method', `${ORIGIN}/api/notes`, 'DELETE'],
    ['to HEAD', `${ORIGIN}/api/notes`, 'HEAD'],
  ])('moved %s is refused', async (_name, url, method) => {
    const { headers } = await signed()
    expect(await verdict(new Request(url, { method, headers }))).toBe('ERR_PROOF_INVALID')
  })

  it('with another timestamp, challenge or digest than was signed is refused', async () => {
    const request = await signed()
    const [head, time, tail] = request.headers.get('authorization')!.split(/\.(\d{13})\./)
    const later = `${head}.${Number(time) + 1}.${tail}`
    for (const changes of [
      { Authorization: later },
      { 'Session-Lock-Challenge': null },
      { 'Session-Lock-Challenge': await world.lock.challenges.current(NOW + 150_000) },
      { 'Content-Digest': await contentDigest(utf8('')) },
    ] as Record<string, string | null>[]) {
      expect(await verdict(withHeaders(request, changes))).toBe('ERR_PROOF_INVALID')
    }
  })

  it('of one session does not open another of the same user', async () => {
    const other = await signIn(world)
    const request = await signed({}, { ...alice, token: other.token! })
    expect(await verdict(request)).toBe('ERR_PROOF_INVALID')
  })

  it('does not survive a flipped bit anywhere in it', async () => {
    const locked = (await signed()).headers.get('authorization')!
    const cut = locked.lastIndexOf('.') + 1
    const bytes = decodeBase64url(locked.slice(cut))!
    for (let i = 0; i < bytes.length; i++) {
      const flipped = bytes.slice()
      flipped[i]! ^= 1
      expect(await verdict(authorize(locked.slice(0, cut) + encodeBase64url(flipped)))).toBe(
        'ERR_PROOF_INVALID',
      )
    }
  })
})

describe('fresh', () => {
  it.each<[number, ErrorCode | undefined]>([
    [-10_001, 'ERR_PROOF_STALE'],
    [-10_000, undefined],
    [5_000, undefined],
    [5_001, 'ERR_PROOF_FUTURE'],
    [86_400_000, 'ERR_PROOF_FUTURE'],
  ])('at %i ms from now: %s', async (offset, code) => {
    expect(await verdict(await signed({ timestamp: NOW + offset }))).toBe(code)
  })

  it('tells both clocks', async () => {
    const request = await signed({ timestamp: NOW - 60_000 })
    const error = await verifyRequest(request, world.edge()).catch((e: SessionLockError) => e)
    expect((error as SessionLockError).toProblem(NOW)).toMatchObject({
      code: 'ERR_PROOF_STALE',
      clientTime: NOW - 60_000,
      serverTime: NOW,
    })
  })
})

describe('challenge', () => {
  it.each<[string, number, ErrorCode | undefined]>([
    ['of two windows ago', -300_000, 'ERR_CHALLENGE_INVALID'],
    ['of the window before', -150_000, undefined],
    ['of the next window', 150_000, undefined],
    ['of the window after next', 300_000, 'ERR_CHALLENGE_INVALID'],
  ])('%s', async (_name, offset, code) => {
    const challenge = await world.lock.challenges.current(NOW + offset)
    expect(await verdict(await signed({ challenge }))).toBe(code)
  })

  it('is required, and an empty one is none', async () => {
    expect(await verdict(await signed({ challenge: null }))).toBe('ERR_CHALLENGE_REQUIRED')
    expect(await verdict(await signed({ challenge: '' }))).toBe('ERR_CHALLENGE_REQUIRED')
    expect(await edgeVerdict(await signed({ challenge: null }))).toBe('ERR_CHALLENGE_REQUIRED')
  })

  it('of another server, another origin or made up is refused', async () => {
    const foreign = await createWorld({ secrets: ['another-secret-of-32-bytes-or-more!'] })
    const moved = await createWorld({ origin: 'https://other.example' })
    for (const challenge of [
      await foreign.lock.challenges.current(NOW),
      await moved.lock.challenges.current(NOW),
      'made-up',
    ]) {
      expect(await verdict(await signed({ challenge }))).toBe('ERR_CHALLENGE_INVALID')
    }
  })
})

describe('body', () => {
  const body = '{"text":"mine"}'
  it.each([
    ['another body', '{"text":"thine"}'],
    ['a body that went missing', ''],
    ['a longer body', `${body} `],
  ])('%s is ERR_DIGEST_MISMATCH', async (_name, arrived) => {
    expect(await verdict(await signed({ method: 'POST', body }), arrived)).toBe(
      'ERR_DIGEST_MISMATCH',
    )
  })

  it('without a digest is refused, though the rest was signed', async () => {
    expect(await verdict(await signed({ method: 'POST' }), body)).toBe('ERR_DIGEST_MISMATCH')
  })

  it.each([
    ['another algorithm', 'sha-512=:AAAA:'],
    ['two members', 'sha-256=:AAAA:, sha-512=:AAAA:'],
    ['no structured field', 'sha-256'],
    ['an empty value', ''],
  ])('under a digest that is %s is refused', async (_name, digest) => {
    const request = await signed({ method: 'POST', headers: { 'Content-Digest': digest } })
    expect(await verdict(request, body)).toBe('ERR_DIGEST_MISMATCH')
  })

  it('that was said and never arrived is refused, a GET’s too', async () => {
    const said: Record<string, string>[] = [
      { 'Content-Length': '2' },
      { 'Transfer-Encoding': 'chunked' },
    ]
    for (const headers of said) {
      const request = withRaw(await signed(), headers)
      expect(await verdict(request)).toBe('ERR_DIGEST_MISMATCH')
    }
    expect(await verdict(withRaw(await signed(), { 'Content-Length': '0' }))).toBeUndefined()
  })

  it('of zero bytes passes without a digest and is held to one that is there', async () => {
    expect(await verdict(await signed({ method: 'POST' }), '')).toBeUndefined()
    const digest = await contentDigest(utf8(''))
    const request = await signed({ method: 'DELETE', headers: { 'Content-Digest': digest } })
    expect(await verdict(request, '')).toBeUndefined()
  })
})

describe('replay', () => {
  it('refuses the second use, at once and later inside the window', async () => {
    const request = await signed()
    expect(await verdict(request)).toBeUndefined()
    expect(await verdict(request)).toBe('ERR_PROOF_REPLAYED')
    world.clock.now += 9_999
    expect(await verdict(request)).toBe('ERR_PROOF_REPLAYED')
  })

  it('lets one of a hundred simultaneous uses through', async () => {
    const request = await signed()
    const codes = await Promise.all(Array.from({ length: 100 }, () => verdict(request)))
    expect(codes.filter((code) => code === undefined)).toHaveLength(1)
    expect(codes.filter((code) => code === 'ERR_PROOF_REPLAYED')).toHaveLength(99)
  })

  // n of P-256 (FIPS 186-4 D.1.2.3).
  const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const twinOf = (signature: Uint8Array) => {
    const hex = [...signature.subarray(32)].map((byte) => byte.toString(16).padStart(2, '0'))
    const s = (ORDER - BigInt(`0x${hex.join('')}`)).toString(16).padStart(64, '0')
    const twin = signature.slice()
    for (let i = 0; i < 32; i++) twin[32 + i] = parseInt(s.slice(2 * i, 2 * i + 2), 16)
    return twin
  }

  it('knows the (r, n−s) twin of a used signature, under both profiles', async () => {
    for (const profile of [1, 2] as const) {
      const client = await signIn(world, { profile })
      const request = await signed({}, client)
      expect(await verdict(request)).toBeUndefined()
      const locked = request.headers.get('authorization')!
      const cut = locked.lastIndexOf('.') + 1
      const tail = locked.slice(cut)
      const twin =
        profile === 1
          ? encodeBase64(twinOf(decodeBase64(tail)))
          : encodeBase64url(twinOf(decodeBase64url(tail)!))
      expect(twin).not.toBe(tail)
      expect(
        await verdict(withHeaders(request, { Authorization: locked.slice(0, cut) + twin })),
      ).toBe('ERR_PROOF_REPLAYED')
    }
  })

  it('knows the base64 twin of a used signature under profile 1', async () => {
    const client = await signIn(world, { profile: 1 })
    const request = await signed({}, client)
    expect(await verdict(request)).toBeUndefined()
    const locked = request.headers.get('authorization')!
    const next = (letter: string) => String.fromCharCode(letter.charCodeAt(0) + 1)
    const twin = `${locked.slice(0, -3)}${next(locked.at(-3)!)}==`
    expect(await verdict(withHeaders(request, { Authorization: twin }))).toBe('ERR_PROOF_REPLAYED')
  })

  it('lets parallel requests of one millisecond pass under profile 1, a captured one nowhere twice', async () => {
    const client = await signIn(world, { profile: 1 })
    const [a, b] = [await signed({}, client), await signed({ path: '/api/session' }, client)]
    expect(await verdict(a)).toBeUndefined()
    expect(await verdict(b)).toBeUndefined()
    const moved = new Request(`${ORIGIN}/api/sessions`, { headers: a.headers })
    expect(await verdict(moved)).toBe('ERR_PROOF_REPLAYED')
  })

  it('keeps the claim past the end of the proof', async () => {
    const request = await signed({ timestamp: NOW + 5_000 })
    await verdict(request)
    world.clock.now = NOW + 15_000
    expect(await verdict(request)).toBe('ERR_PROOF_REPLAYED')
  })

  it('claims nothing for a request that is refused before', async () => {
    await verdict(await signed({ challenge: null }))
    await verdict(await signed({ timestamp: NOW - 60_000 }))
    expect(world.replay.size).toBe(0)
  })

  it('is 503 and no pass where the store is down', async () => {
    const context = world.handler()
    const stores = { ...context.stores, replay: { claim: () => Promise.reject(new Error('down')) } }
    const broken = { ...context, stores } as typeof context
    const error = await verifyRequest(await signed(), broken).catch((e: SessionLockError) => e)
    expect((error as SessionLockError).code).toBe('ERR_STORE_UNAVAILABLE')
    expect((error as SessionLockError).toResponse(NOW).headers.get('Retry-After')).toBe('5')
  })
})

describe('session', () => {
  const alter = (changes: object) => {
    const row = world.rows[0]!
    world.rows[0] = { ...row, ...changes }
  }
  it('that was revoked is refused from the next request on', async () => {
    expect(await verdict(await signed())).toBeUndefined()
    alter({ revokedAt: NOW })
    expect(await verdict(await signed({ timestamp: NOW + 1 }))).toBe('ERR_SESSION_REVOKED')
  })

  it.each([
    ['unknown to the store', () => void (world.rows.length = 0)],
    ["another user's in the store", () => alter({ sub: 'user-2' })],
    ['over in the store', () => alter({ expiresAt: NOW })],
  ])('%s is refused', async (_name, change) => {
    change()
    expect(await verdict(await signed())).toBe('ERR_SESSION_REVOKED')
  })

  it('is 503 and no pass where the store is down', async () => {
    const context = world.handler()
    const sessions = { find: () => Promise.reject(new Error('down')) }
    const broken = { ...context, stores: { ...context.stores, sessions } } as typeof context
    expect(await codeOf(verifyRequest(await signed(), broken))).toBe('ERR_STORE_UNAVAILABLE')
  })
})

describe('the cookie carrier', () => {
  let client: Client
  beforeEach(async () => {
    client = await signIn(world, { carrier: 'cookie' })
  })

  it.each<[string, Record<string, string | null>, ErrorCode, boolean]>([
    ['no proof', { 'Session-Lock': null }, 'ERR_PROOF_MISSING', true],
    ['an empty proof', { 'Session-Lock': '' }, 'ERR_PROOF_MALFORMED', true],
    ['half a proof', { 'Session-Lock': String(NOW) }, 'ERR_PROOF_MALFORMED', true],
    ['a doubled proof', { 'Session-Lock': `${NOW}.A, ${NOW}.A` }, 'ERR_PROOF_MALFORMED', true],
    [
      'an unknown cookie',
      { Cookie: `__Host-session=${'A'.repeat(43)}` },
      'ERR_SESSION_REVOKED',
      false,
    ],
    ['a short cookie', { Cookie: '__Host-session=AAAA' }, 'ERR_TOKEN_MALFORMED', true],
    ['an empty cookie', { Cookie: '__Host-session=' }, 'ERR_TOKEN_MALFORMED', true],
    [
      'two cookies',
      { Cookie: `__Host-session=${'A'.repeat(43)}; __Host-session=${'A'.repeat(43)}` },
      'ERR_TOKEN_MALFORMED',
      true,
    ],
    [
      'a cookie of another name',
      { Cookie: `session=${'A'.repeat(43)}` },
      'ERR_TOKEN_MISSING',
      true,
    ],
  ])('with %s is refused', async (_name, changes, code, atTheEdge) => {
    const request = withHeaders(await signed({}, client), changes)
    expect(await verdict(request)).toBe(code)
    expect(await edgeVerdict(request)).toBe(atTheEdge ? code : undefined)
  })

  it("copied into another browser is refused for the thief's key", async () => {
    const mallory = await createKeyPair()
    expect(await verdict(await signed({}, { ...client, privateKey: mallory.privateKey }))).toBe(
      'ERR_PROOF_INVALID',
    )
  })

  it('of an expired or revoked session is refused', async () => {
    const request = await signed({}, client)
    world.rows[1] = { ...world.rows[1]!, revokedAt: NOW }
    expect(await verdict(request)).toBe('ERR_SESSION_REVOKED')
    world.clock.now += 86_400_000
    expect(await verdict(request)).toBe('ERR_TOKEN_EXPIRED')
  })

  it('proves once', async () => {
    const request = await signed({}, client)
    expect(await verdict(request)).toBeUndefined()
    expect(await verdict(request)).toBe('ERR_PROOF_REPLAYED')
  })
})

describe('the token cache', () => {
  it('is bounded: the least recently used token leaves first', async () => {
    const verify = createTokenVerifier(ORIGIN, world.lock.keySets, 2)
    const common = { sub: 'u', jwk: alice.jwk, issuedAt: NOW, expiresAt: NOW + 1000 }
    const issue = (letter: string) =>
      issueToken(
        { ...common, profile: 2, sid: `${letter.repeat(21)}A` },
        ORIGIN,
        world.lock.keySets,
      )
    const [a, b, c] = [await issue('A'), await issue('B'), await issue('C')]
    const [first, second] = [await verify(a, NOW), await verify(b, NOW)]
    expect(await verify(a, NOW)).toBe(first)
    await verify(c, NOW)
    expect(await verify(a, NOW)).toBe(first)
    expect(await verify(b, NOW)).not.toBe(second)
  })

  it('tells tokens apart by their whole text', async () => {
    await verdict(await signed())
    const broken = `${alice.token!.slice(0, -4)}AAAA`
    expect(await verdict(await signed({}, { ...alice, token: broken }))).toBe('ERR_TOKEN_INVALID')
  })
})
