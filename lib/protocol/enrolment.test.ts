import { beforeEach, describe, expect, it } from 'vitest'
import { issueEnrolmentChallenge } from './challenge'
import { contentDigest } from './digest'
import { encodeBase64url, utf8 } from './encoding'
import { createEnrolment, createKeyPair } from './enrol'
import type { ErrorCode } from './errors'
import { verifyEnrolment } from './enrolment'
import { sign } from './prove'
import { codeOf, createWorld, NOW, ORIGIN, publicJwkOf, type World } from './testing'
import type { PublicJwk } from './types'

const body = utf8('{"guest":true}')
let world: World
let keyPair: CryptoKeyPair
let jwk: PublicJwk
let challenge: string
beforeEach(async () => {
  world = await createWorld()
  keyPair = await createKeyPair()
  jwk = await publicJwkOf(keyPair)
  challenge = await issueEnrolmentChallenge(ORIGIN, world.lock.keySets, NOW)
})

const verify = (jws: string | null, arrived = body) =>
  verifyEnrolment(jws, arrived, { lock: world.lock, replay: world.replay, now: world.clock.now })

/** An enrolment with anything in it, signed all the same. */
async function forge(header: object, payload: object | string, signer = keyPair): Promise<string> {
  const typed = { alg: 'ES256', typ: 'session-lock-enroll+jwt', jwk, ...header }
  const claims = { jti: challenge, aud: ORIGIN, digest: await contentDigest(body) }
  const text = typeof payload === 'string' ? payload : JSON.stringify({ ...claims, ...payload })
  const input = [JSON.stringify(typed), text].map((part) => encodeBase64url(utf8(part))).join('.')
  return `${input}.${encodeBase64url(await sign(signer.privateKey, input))}`
}

describe('enrolment', () => {
  it('is accepted from the holder of the key, for this body, at this origin', async () => {
    const jws = await createEnrolment(keyPair, challenge, ORIGIN, body)
    expect(await verify(jws)).toMatchObject({ jwk, jkt: expect.stringMatching(/^[\w-]{43}$/) })
  })

  it('is good once, and for one of a hundred at the same instant', async () => {
    const jws = await createEnrolment(keyPair, challenge, ORIGIN, body)
    const codes = await Promise.all(Array.from({ length: 100 }, () => codeOf(verify(jws))))
    expect(codes.filter((code) => code === undefined)).toHaveLength(1)
    expect(codes.filter((code) => code === 'ERR_CHALLENGE_INVALID')).toHaveLength(99)
  })

  it('with a used challenge is refused for another key too', async () => {
    await verify(await createEnrolment(keyPair, challenge, ORIGIN, body))
    const again = await createEnrolment(await createKeyPair(), challenge, ORIGIN, body)
    expect(await codeOf(verify(again))).toBe('ERR_CHALLENGE_INVALID')
  })

  it('ends with its challenge, after 60 s', async () => {
    const jws = await createEnrolment(keyPair, challenge, ORIGIN, body)
    world.clock.now += 60_000
    expect(await codeOf(verify(jws))).toBe('ERR_CHALLENGE_INVALID')
  })

  it('beside another body is refused', async () => {
    const jws = await createEnrolment(keyPair, challenge, ORIGIN, body)
    expect(await codeOf(verify(jws, utf8('{"guest":false}')))).toBe('ERR_DIGEST_MISMATCH')
    expect(world.replay.size).toBe(0)
  })

  it.each<[string, object, object | string, ErrorCode]>([
    ['another origin', {}, { aud: 'https://evil.example' }, 'ERR_ENROLMENT_INVALID'],
    ['no origin', {}, { aud: undefined }, 'ERR_ENROLMENT_INVALID'],
    ['two origins', {}, { aud: [ORIGIN, 'https://evil.example'] }, 'ERR_ENROLMENT_INVALID'],
    ['no digest', {}, { digest: undefined }, 'ERR_ENROLMENT_INVALID'],
    ['another digest', {}, { digest: 'sha-256=:AAAA:' }, 'ERR_DIGEST_MISMATCH'],
    ['no challenge', {}, { jti: undefined }, 'ERR_CHALLENGE_REQUIRED'],
    ['a challenge that is no text', {}, { jti: 7 }, 'ERR_CHALLENGE_REQUIRED'],
    ['a made-up challenge', {}, { jti: 'A'.repeat(75) }, 'ERR_CHALLENGE_INVALID'],
    ['another type', { typ: 'JWT' }, {}, 'ERR_ENROLMENT_INVALID'],
    ['no type', { typ: undefined }, {}, 'ERR_ENROLMENT_INVALID'],
    ['another algorithm', { alg: 'ES384' }, {}, 'ERR_ENROLMENT_INVALID'],
    ['alg none', { alg: 'none' }, {}, 'ERR_ENROLMENT_INVALID'],
    ['HS256', { alg: 'HS256' }, {}, 'ERR_ENROLMENT_INVALID'],
    ['critical headers', { crit: ['b64'], b64: false }, {}, 'ERR_ENROLMENT_INVALID'],
    ['no key', { jwk: undefined }, {}, 'ERR_ENROLMENT_INVALID'],
    ['a symmetric key', { jwk: { kty: 'oct', k: 'AAAA' } }, {}, 'ERR_ENROLMENT_INVALID'],
    ['a key that is no object', { jwk: 'AAAA' }, {}, 'ERR_ENROLMENT_INVALID'],
    ['a payload that is no JSON', {}, 'text', 'ERR_ENROLMENT_INVALID'],
    ['a payload that is null', {}, 'null', 'ERR_ENROLMENT_INVALID'],
  ])('with %s is refused', async (_name, header, payload, code) => {
    expect(await codeOf(verify(await forge(header, payload)))).toBe(code)
  })

  it('with a private key in it is refused', async () => {
    const jws = await forge({ jwk: { ...jwk, d: 'AAAA' } }, {})
    expect(await codeOf(verify(jws))).toBe('ERR_ENROLMENT_INVALID')
  })

  it('with a point that is not on the curve is refused', async () => {
    const off = { ...jwk, y: jwk.x }
    expect(await codeOf(verify(await forge({ jwk: off }, {})))).toBe('ERR_ENROLMENT_INVALID')
  })

  it('by another key than it names is refused', async () => {
    const jws = await forge({}, {}, await createKeyPair())
    expect(await codeOf(verify(jws))).toBe('ERR_ENROLMENT_INVALID')
  })

  it('refuses a request challenge in the place of its own, and the reverse', async () => {
    const requestChallenge = await world.lock.challenges.current(NOW)
    expect(await codeOf(verify(await forge({}, { jti: requestChallenge })))).toBe(
      'ERR_CHALLENGE_INVALID',
    )
    expect(await world.lock.challenges.accepts(challenge, NOW)).toBe(false)
  })

  it('refuses a challenge of another secret or origin', async () => {
    const foreign = await createWorld({ secrets: ['another-secret-of-32-bytes-or-more!'] })
    for (const jti of [
      await issueEnrolmentChallenge(ORIGIN, foreign.lock.keySets, NOW),
      await issueEnrolmentChallenge('https://evil.example', world.lock.keySets, NOW),
    ]) {
      expect(await codeOf(verify(await forge({}, { jti })))).toBe('ERR_CHALLENGE_INVALID')
    }
  })

  it.each([
    ['nothing', null],
    ['an empty text', ''],
    ['no JWS', 'nonsense'],
    ['two parts', 'e30.e30'],
    ['a header that is no JSON', 'AAAA.e30.AAAA'],
    ['padding', 'e30=.e30.AAAA'],
    ['more than 8 KiB', `${'A'.repeat(8192)}.e30.AAAA`],
    ['bytes beyond ASCII', 'caf\u00e9.e30.AAAA'],
  ])('that is %s is refused', async (_name, jws) => {
    expect(await codeOf(verify(jws))).toBe('ERR_ENROLMENT_INVALID')
  })

  it('is 503 where the store is down', async () => {
    const jws = await createEnrolment(keyPair, challenge, ORIGIN, body)
    const replay = { claim: () => Promise.reject(new Error('down')) }
    const attempt = verifyEnrolment(jws, body, { lock: world.lock, replay, now: NOW })
    expect(await codeOf(attempt)).toBe('ERR_STORE_UNAVAILABLE')
  })
})
