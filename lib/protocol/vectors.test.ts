import { describe, expect, it } from 'vitest'
import { decodeBase64, decodeBase64url, utf8 } from './encoding'
import { verifyEnrolment } from './enrolment'
import { importPoint } from './keys'
import { parseProof, readPresented } from './presented'
import { sign } from './prove'
import { statementOfProfile2 } from './statement'
import { createMemoryReplayStore } from './stores'
import { codeOf, lockDefaults, ORIGIN, SECRET } from './testing'
import { ES256 } from './types'
import enrolment from './vectors/enrolment.json'
import profile2 from './vectors/profile-2.json'
import upstream from './vectors/upstream-profile-1.json'
import { assertFresh, createLock, verifyProof, verifyRequest } from './verify'

describe('tokens made by the upstream library, through the proof function', () => {
  /** Where our rules differ from upstream's answer, and why. */
  const OURS: Record<string, string | undefined> = {
    'signature tampered': 'ERR_PROOF_INVALID',
    'timestamp tampered': 'ERR_PROOF_INVALID',
    'payload tampered (server signature broken)': 'ERR_PROOF_INVALID',
    // Upstream ignores what follows the fifth part.
    'six parts': 'ERR_TOKEN_MALFORMED',
  }

  it.each(upstream.cases)('$name', async ({ name, lockedToken, publicKey, verifyAt, ...facts }) => {
    const judge = async () => {
      const headers = new Headers({ Authorization: `Bearer ${lockedToken}` })
      const presented = readPresented(headers, 'https://app.example')
      const proof = parseProof(presented)
      const key = await importPoint(decodeBase64(publicKey))
      const form = { profile: 1, carrier: 'header' } as const
      const session = { ...form, sid: 's', sub: 'u', expiresAt: Infinity, key }
      const request = new Request('https://app.example/')
      const lock = await createLock({ secrets: [SECRET], origin: ORIGIN, ...lockDefaults })
      await verifyProof(proof, presented, session, request, lock)
      assertFresh(proof, { lock: { maxAgeMs: 10_000, toleranceMs: 5_000 }, now: verifyAt })
    }
    const age = verifyAt - facts.signedAt
    const outside = age < -5_000 ? 'ERR_PROOF_FUTURE' : age > 10_000 ? 'ERR_PROOF_STALE' : undefined
    expect(await codeOf(judge())).toBe(OURS[name] ?? outside)
  })

  it('holds the cases that our rules are known by', () => {
    const answers = Object.fromEntries(upstream.cases.map((c) => [c.name, c.upstreamResult]))
    expect(answers['six parts']).toBe('valid')
    expect(answers['username whose payload needs base64url - or _']).toMatch(/^throws/)
    const future = upstream.cases.find((c) => c.signedAt - c.verifyAt > 5_000)
    expect(future?.upstreamResult).toBe('valid')
  })
})

describe('the published vectors of profile 2', () => {
  it.each(profile2.cases)('$name: $verdict', async (vector) => {
    const { origin, secret, now, settings } = profile2
    const lock = await createLock({ secrets: [secret], origin, ...settings, ...lockDefaults })
    const { method, url, headers, body } = vector.request
    const request = new Request(url, {
      method,
      headers: headers as object as Record<string, string>,
    })
    const stored = { ...profile2.session, revokedAt: null } as const
    const sessions = {
      find: async (sid: string) =>
        sid === stored.sid
          ? { ...stored, profile: 2 as const, carrier: 'header' as const }
          : undefined,
      findByCookie: async (hash: string) =>
        hash === profile2.session.cookieHash
          ? { ...stored, profile: 2 as const, carrier: 'cookie' as const }
          : undefined,
    }
    const replay = createMemoryReplayStore(() => now)
    const stores = { sessions, replay, readBody: async () => utf8(body) }
    const context = { lock, now, stores }
    if (vector.presentedBefore) await verifyRequest(request, context)
    expect((await codeOf(verifyRequest(request, context))) ?? 'accepted').toBe(vector.verdict)
  })

  it.each(profile2.cases.filter(({ verdict }) => verdict === 'accepted'))(
    '$name: lines and signature',
    async ({ request, subject, timestamp, statement, signature }) => {
      const facts = {
        ...request,
        headers: new Headers(request.headers as object as Record<string, string>),
      }
      expect(statementOfProfile2(subject, timestamp, facts, profile2.origin)).toBe(
        statement.join('\n'),
      )
      const key = await importPoint(decodeBase64url(profile2.session.publicKey)!)
      const raw = decodeBase64url(signature.raw)!
      expect(await crypto.subtle.verify(ES256, key, raw, utf8(statement.join('\n')))).toBe(true)
      expect(fromDer(decodeBase64url(signature.der)!)).toEqual(raw)
    },
  )

  it('give a private key that others can sign with', async () => {
    const jwk = profile2.privateKey as JsonWebKey
    const key = await crypto.subtle.importKey('jwk', jwk, ES256, false, ['sign'])
    const publicKey = await importPoint(decodeBase64url(profile2.session.publicKey)!)
    const signature = (await sign(key, 'text')) as Uint8Array<ArrayBuffer>
    expect(await crypto.subtle.verify(ES256, publicKey, signature, utf8('text'))).toBe(true)
  })
})

describe('the published vectors of enrolment', () => {
  it.each(enrolment.cases)('$name: $verdict', async ({ jws, body, verdict, presentedBefore }) => {
    const { origin, secret, now } = enrolment
    const lock = await createLock({ secrets: [secret], origin })
    const replay = createMemoryReplayStore(() => now)
    const verify = () => verifyEnrolment(jws, utf8(body), { lock, replay, now })
    if (presentedBefore) await verify()
    expect((await codeOf(verify())) ?? 'accepted').toBe(verdict)
  })
})

/** r‖s from the DER form (X9.62 ECDSA-Sig-Value), which phones' keystores give. */
function fromDer(der: Uint8Array): Uint8Array {
  const raw = new Uint8Array(64)
  let at = 2
  for (const end of [32, 64]) {
    const length = der[at + 1]!
    const integer = der.subarray(at + 2, at + 2 + length)
    const digits = integer[0] === 0 ? integer.subarray(1) : integer
    raw.set(digits, end - digits.length)
    at += 2 + length
  }
  return raw
}
