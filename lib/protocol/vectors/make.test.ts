import { it } from 'vitest'
import { issueEnrolmentChallenge } from '../challenge'
import { contentDigest } from '../digest'
import { encodeBase64url, utf8 } from '../encoding'
import { asPublicJwk, rawPoint } from '../keys'
import { sign } from '../prove'
import { statementOfProfile2 } from '../statement'
import { issueToken } from '../token'
import { createLock, hashCookie } from '../verify'
import { ES256, HEADER } from '../types'

/**
 * Makes the published vectors anew: `MAKE_VECTORS=1 npx vitest run --project node make`.
 * They are committed and judged by `vectors.test.ts`; keys and signatures differ each time.
 */
const ORIGIN = 'https://app.example'
const SECRET = 'session-lock-vectors-secret-of-32-bytes'
const NOW = 1_790_000_000_000
const SID = 'c2Vzc2lvbi1sb2NrLXNpZA'
const COOKIE = 'dGhlLXZhbHVlLW9mLXRoZS1zZXNzaW9uLWNvb2tpZSE'

it('makes the vectors of profile 2', async () => {
  const lock = await createLock({ secrets: [SECRET], origin: ORIGIN })
  const [alice, thief] = [await extractableKeyPair(), await extractableKeyPair()]
  const jwk = asPublicJwk(await crypto.subtle.exportKey('jwk', alice.publicKey))!
  const facts = { sub: 'user-1', sid: SID, jwk, profile: 2, issuedAt: NOW } as const
  const expiresAt = NOW + 86_400_000
  const token = await issueToken({ ...facts, expiresAt }, ORIGIN, lock.keySets)
  const expired = await issueToken({ ...facts, expiresAt: NOW }, ORIGIN, lock.keySets)
  const challenge = await lock.challenges.current(NOW)
  const text = '{"text":"a note"}'
  const digest = await contentDigest(utf8(text))

  interface Plan {
    method?: string
    path?: string
    body?: string
    digest?: string | null
    challenge?: string
    offset?: number
    token?: string
    cookie?: boolean
    signer?: CryptoKeyPair
    /** What is sent where it differs from what was signed. */
    sent?: { method?: string; path?: string; body?: string; scheme?: string }
    presentedBefore?: true
    verdict?: string
  }
  const plans: Record<string, Plan> = {
    'a GET': {},
    'a query, re-serialised and sorted': { path: '/api/notes?b=2&a=x%20y&a=%7E&c' },
    'a query with _rsc in it': { path: '/api/notes?_rsc=1abc&a=1' },
    'a query that is empty after _rsc': { path: '/api/notes?_rsc=1abc' },
    'a path beyond ASCII': { path: '/api/notes/%C3%A9%20' },
    'a POST with a body': { method: 'POST', body: text, digest },
    'a DELETE without a body': { method: 'DELETE', path: '/api/notes/1' },
    'a digest over zero bytes': { method: 'DELETE', digest: await contentDigest(utf8('')) },
    'the oldest proof that passes': { offset: -10_000 },
    'the furthest ahead that passes': { offset: 5_000 },
    'the challenge of the window before': {
      challenge: await lock.challenges.current(NOW - 150_000),
    },
    'the challenge of the next window': { challenge: await lock.challenges.current(NOW + 150_000) },
    'the cookie carrier': { cookie: true },
    'the cookie carrier, with a body': { cookie: true, method: 'POST', body: text, digest },
    "signed by the thief's key": { signer: thief, verdict: 'ERR_PROOF_INVALID' },
    "the cookie, signed by the thief's key": {
      cookie: true,
      signer: thief,
      verdict: 'ERR_PROOF_INVALID',
    },
    'moved to another method': { sent: { method: 'DELETE' }, verdict: 'ERR_PROOF_INVALID' },
    'moved to another path': { sent: { path: '/api/session' }, verdict: 'ERR_PROOF_INVALID' },
    'moved to another query': { sent: { path: '/api/notes?a=1' }, verdict: 'ERR_PROOF_INVALID' },
    'presented as bearer': { sent: { scheme: 'Bearer' }, verdict: 'ERR_DOWNGRADE' },
    'too old by 1 ms': { offset: -10_001, verdict: 'ERR_PROOF_STALE' },
    'too far ahead by 1 ms': { offset: 5_001, verdict: 'ERR_PROOF_FUTURE' },
    'no challenge': { challenge: '', verdict: 'ERR_CHALLENGE_REQUIRED' },
    'a challenge of two windows ago': {
      challenge: await lock.challenges.current(NOW - 300_000),
      verdict: 'ERR_CHALLENGE_INVALID',
    },
    'another body than was signed': {
      ...{ method: 'POST', body: text, digest, sent: { body: '{"text":"another"}' } },
      verdict: 'ERR_DIGEST_MISMATCH',
    },
    'a body that went missing': {
      ...{ method: 'POST', body: text, digest, sent: { body: '' } },
      verdict: 'ERR_DIGEST_MISMATCH',
    },
    'a body without a digest': { method: 'POST', body: text, verdict: 'ERR_DIGEST_MISMATCH' },
    'another member beside the digest': {
      ...{ method: 'POST', body: text, digest: `${digest}, sha-512=:AAAA:` },
      verdict: 'ERR_DIGEST_MISMATCH',
    },
    'used a second time': { presentedBefore: true, verdict: 'ERR_PROOF_REPLAYED' },
    'an expired token': { token: expired, verdict: 'ERR_TOKEN_EXPIRED' },
    "a token whose server signature is another's": {
      token: `${token.slice(0, token.lastIndexOf('.'))}.${'A'.repeat(43)}`,
      verdict: 'ERR_TOKEN_INVALID',
    },
  }

  const cases = []
  for (const [name, plan] of Object.entries(plans)) {
    const { method = 'GET', path = '/api/notes', body = '', signer = alice, sent = {} } = plan
    const headers = new Headers()
    const covered = plan.challenge ?? challenge
    if (covered) headers.set(HEADER.challenge, covered)
    if (plan.digest) headers.set(HEADER.contentDigest, plan.digest)
    const subject = plan.cookie ? SID : (plan.token ?? token)
    const timestamp = String(NOW + (plan.offset ?? 0))
    const statement = statementOfProfile2(
      subject,
      timestamp,
      { method, url: ORIGIN + path, headers },
      ORIGIN,
    )
    const raw = await sign(signer.privateKey, statement)
    const signature = { raw: encodeBase64url(raw), der: encodeBase64url(toDer(raw)) }
    const proof = `${timestamp}.${signature.raw}`
    const carried: Record<string, string> = plan.cookie
      ? { cookie: `__Host-session=${COOKIE}`, 'session-lock': proof }
      : { authorization: `${sent.scheme ?? 'SessionLock'} ${subject}.${proof}` }
    cases.push({
      name,
      request: {
        method: sent.method ?? method,
        url: ORIGIN + (sent.path ?? path),
        headers: { ...Object.fromEntries(headers), ...carried },
        body: sent.body ?? body,
      },
      ...{ subject, timestamp, statement: statement.split('\n'), signature },
      ...(plan.presentedBefore && { presentedBefore: true }),
      verdict: plan.verdict ?? 'accepted',
    })
  }
  const publicKey = encodeBase64url(rawPoint(jwk)!)
  await write('profile-2.json', {
    about:
      'Requests under profile 2 of session-lock and what a server must answer. HS256 token and challenge keys are HKDF-SHA-256 of the secret (no salt, info "session-lock/<purpose>"). The statement is the array joined by \\n. Times in ms. `request` is as sent; where it differs from what was signed, the verdict says so. A case with presentedBefore is judged at its second arrival.',
    ...{ origin: ORIGIN, secret: SECRET, now: NOW },
    settings: { maxAgeMs: 10_000, toleranceMs: 5_000, challengeWindowS: 150 },
    privateKey: await crypto.subtle.exportKey('jwk', alice.privateKey),
    session: { sid: SID, sub: 'user-1', publicKey, cookieHash: await hashCookie(COOKIE), expiresAt },
    cases,
  })
})

it('makes the vectors of enrolment', async () => {
  const lock = await createLock({ secrets: [SECRET], origin: ORIGIN })
  const [alice, other] = [await extractableKeyPair(), await extractableKeyPair()]
  const jwk = asPublicJwk(await crypto.subtle.exportKey('jwk', alice.publicKey))!
  const body = '{"guest":true}'
  const digest = await contentDigest(utf8(body))
  const at = (now: number) => issueEnrolmentChallenge(ORIGIN, lock.keySets, now)

  interface Plan {
    header?: object
    payload?: object
    signer?: CryptoKeyPair
    body?: string
    presentedBefore?: true
    verdict?: string
  }
  const plans: Record<string, Plan> = {
    'a guest': {},
    'signed by another key than it names': { signer: other, verdict: 'ERR_ENROLMENT_INVALID' },
    'for another origin': {
      payload: { aud: 'https://evil.example' },
      verdict: 'ERR_ENROLMENT_INVALID',
    },
    'of another type': { header: { typ: 'JWT' }, verdict: 'ERR_ENROLMENT_INVALID' },
    'alg none': { header: { alg: 'none' }, verdict: 'ERR_ENROLMENT_INVALID' },
    'a private key in the header': {
      header: { jwk: { ...jwk, d: 'AAAA' } },
      verdict: 'ERR_ENROLMENT_INVALID',
    },
    'no challenge': { payload: { jti: undefined }, verdict: 'ERR_CHALLENGE_REQUIRED' },
    'an expired challenge': {
      payload: { jti: await at(NOW - 60_000) },
      verdict: 'ERR_CHALLENGE_INVALID',
    },
    'a request challenge': {
      payload: { jti: await lock.challenges.current(NOW) },
      verdict: 'ERR_CHALLENGE_INVALID',
    },
    'a challenge used before': { presentedBefore: true, verdict: 'ERR_CHALLENGE_INVALID' },
    'another body than was signed': {
      body: '{"username":"mallory","password":"password"}',
      verdict: 'ERR_DIGEST_MISMATCH',
    },
  }
  const cases = []
  for (const [name, plan] of Object.entries(plans)) {
    const header = { alg: 'ES256', typ: 'session-lock-enroll+jwt', jwk, ...plan.header }
    const payload = { jti: await at(NOW), aud: ORIGIN, digest, ...plan.payload }
    const signingInput = [header, payload]
      .map((part) => encodeBase64url(utf8(JSON.stringify(part))))
      .join('.')
    const raw = await sign((plan.signer ?? alice).privateKey, signingInput)
    const signature = { raw: encodeBase64url(raw), der: encodeBase64url(toDer(raw)) }
    cases.push({
      ...{ name, header, payload, signingInput, signature },
      jws: `${signingInput}.${signature.raw}`,
      body: plan.body ?? body,
      ...(plan.presentedBefore && { presentedBefore: true }),
      verdict: plan.verdict ?? 'accepted',
    })
  }
  await write('enrolment.json', {
    about:
      'Enrolments (the Session-Lock-Enroll header) beside a body, and what a server must answer. Challenges are authenticated by HKDF-SHA-256 of the secret (no salt, info "session-lock/enroll"). Times in ms. A case with presentedBefore is judged at its second arrival.',
    ...{ origin: ORIGIN, secret: SECRET, now: NOW },
    privateKey: await crypto.subtle.exportKey('jwk', alice.privateKey),
    cases,
  })
})

function extractableKeyPair(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(ES256, true, ['sign', 'verify'])
}

/** X9.62 ECDSA-Sig-Value, the form that phones' keystores give. */
function toDer(raw: Uint8Array): Uint8Array {
  const integer = (bytes: Uint8Array) => {
    let start = 0
    while (start < bytes.length - 1 && bytes[start] === 0) start++
    const digits = [...bytes.subarray(start)]
    if (digits[0]! >= 0x80) digits.unshift(0)
    return [2, digits.length, ...digits]
  }
  const content = [...integer(raw.subarray(0, 32)), ...integer(raw.subarray(32))]
  return new Uint8Array([0x30, content.length, ...content])
}

async function write(name: string, value: unknown): Promise<void> {
  const { writeFile } = await import('node:fs/promises')
  await writeFile(new URL(name, import.meta.url), `${JSON.stringify(value, null, 2)}\n`)
}
