// A client of the session-lock protocol, written from PROTOCOL.md alone.
import { createHash, generateKeyPairSync, sign as signWith } from 'node:crypto'

/** @typedef {{ privateKey: import('node:crypto').KeyObject, jwk: Record<string, string> }} Key */
/** @typedef {{ offset: number, last: number, seen: number }} Clock */
/**
 * @typedef {object} Session
 * @property {string} origin
 * @property {Key} key
 * @property {1 | 2} profile
 * @property {'header' | 'cookie'} carrier
 * @property {string} sid
 * @property {string} [token] the session token, where the carrier is the header
 * @property {string} [cookie] `name=value`, where the carrier is the cookie
 * @property {string} challenge the request challenge learnt last
 * @property {Clock} clock
 */
/** @typedef {Record<string, string>} Fields */
/** @typedef {{ method: string, url: string, headers: Fields, body?: Buffer }} Call */
/**
 * @typedef {{ status: number, headers: Headers, text: string, json?: any, code?: string }} Answer
 */

/** @param {string | Buffer} data */
const sha256 = (data) => createHash('sha256').update(data).digest()

/** @param {unknown} value */
const jsonPart = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** @param {unknown} body bytes stay bytes, anything else becomes JSON */
const bytesOf = (body) => (Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)))

/** @returns {Key} */
export const generateKey = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' })
  return { privateKey, jwk: /** @type {any} */ ({ kty, crv, x, y }) }
}

/** @param {Key} key @param {string} text @returns {Buffer} raw r‖s */
export const sign = (key, text) =>
  signWith('sha256', Buffer.from(text), { key: key.privateKey, dsaEncoding: 'ieee-p1363' })

/** @param {string | Buffer} body */
export const digestOf = (body) => `sha-256=:${sha256(body).toString('base64')}:`

/** @param {string} origin @param {string} path */
export const targetUri = (origin, path) => {
  const url = new URL(origin + path)
  url.searchParams.delete('_rsc')
  url.searchParams.sort()
  const query = url.searchParams.toString()
  return origin + url.pathname + (query && `?${query}`)
}

/** Never the same twice, until the clock steps back. @param {Clock} clock */
export const timestamp = (clock) => {
  const now = Date.now() + clock.offset
  clock.last = now < clock.seen ? now : Math.max(now, clock.last + 1)
  clock.seen = now
  return String(clock.last).padStart(13, '0')
}

/** @param {number} [offset] @returns {Clock} */
export const clockAt = (offset = 0) => ({ offset, last: 0, seen: 0 })

/**
 * Signs one request, and sends nothing.
 * @param {Session} session @param {string} method @param {string} path
 * @param {{ body?: unknown, digest?: string, at?: string }} [options]
 * @returns {Call}
 */
export const prepare = (session, method, path, { body: content, digest, at } = {}) => {
  const { origin, key, profile, carrier, token, sid, cookie, challenge } = session
  const body = content === undefined ? undefined : bytesOf(content)
  const time = at ?? timestamp(session.clock)
  /** @type {Record<string, string>} */
  const headers = {}
  if (body) headers['Content-Type'] = 'application/json'
  const call = { method, url: origin + path, headers, body }
  if (profile === 1) {
    const statement = `${token}.${time}`
    const proof = sign(key, statement).toString('base64')
    headers.Authorization = `Bearer ${statement}.${proof}`
    return call
  }
  const covered = digest ?? (body?.length ? digestOf(body) : '')
  if (covered) headers['Content-Digest'] = covered
  if (challenge) headers['Session-Lock-Challenge'] = challenge
  const statement = `${carrier === 'cookie' ? sid : token}.${time}`
  const uri = targetUri(origin, path)
  const lines = ['session-lock/2', statement, method.toUpperCase(), uri, covered, challenge]
  const proof = sign(key, lines.join('\n')).toString('base64url')
  if (carrier === 'cookie') {
    headers.Cookie = String(cookie)
    headers['Session-Lock'] = `${time}.${proof}`
  } else headers.Authorization = `SessionLock ${statement}.${proof}`
  return call
}

/** @param {number} status @param {Headers} headers @param {string} text @returns {Answer} */
export const answerOf = (status, headers, text) => {
  let json
  try {
    json = JSON.parse(text)
  } catch {
    /* no JSON, as in a 204 */
  }
  return { status, headers, text, json, code: json?.code }
}

/** Never follows a redirect: a proof stays where it was meant to go. @param {Call} call */
export const send = async ({ url, method, headers, body }) => {
  const content = /** @type {any} */ (body)
  const options = { method, headers, body: content, redirect: /** @type {const} */ ('manual') }
  const response = await fetch(url, { ...options, signal: AbortSignal.timeout(8000) })
  return answerOf(response.status, response.headers, await response.text())
}

/**
 * Learns the challenge, and after a time code the offset of the clock.
 * @param {Session} session @param {Answer} answer @returns {boolean} whether to sign anew
 */
export const learn = (session, { headers, json, code = '' }) => {
  session.challenge = headers.get('session-lock-challenge') ?? session.challenge
  const late = /^ERR_PROOF_(STALE|FUTURE)$/.test(code) && Number.isFinite(json.serverTime)
  if (late) Object.assign(session.clock, clockAt(json.serverTime - Date.now()))
  return late || code.startsWith('ERR_CHALLENGE_')
}

/**
 * Signs and sends, and once more where the answer taught the challenge or the time.
 * @param {Session} session @param {string} method @param {string} path @param {unknown} [body]
 */
export const request = async (session, method, path, body) => {
  const answer = await send(prepare(session, method, path, { body }))
  if (!learn(session, answer)) return answer
  const second = await send(prepare(session, method, path, { body }))
  learn(session, second)
  return second
}

/** @param {string} origin @returns {Promise<string>} */
export const fetchEnrolmentChallenge = async (origin) => {
  const url = `${origin}/api/session/challenge`
  return (await send({ method: 'GET', url, headers: {} })).json.challenge
}

/**
 * @param {Key} key @param {{ jti: string, aud: string, digest: string }} payload
 * @param {object} [header] replaces members of the header
 */
export const enrolmentJws = (key, payload, header = {}) => {
  const typ = 'session-lock-enroll+jwt'
  const input = `${jsonPart({ alg: 'ES256', typ, jwk: key.jwk, ...header })}.${jsonPart(payload)}`
  return `${input}.${sign(key, input).toString('base64url')}`
}

/** @param {string} origin @param {Key} key @param {unknown} content @returns {Promise<Call>} */
export const prepareEnrolment = async (origin, key, content, path = '/api/session') => {
  const body = bytesOf(content)
  const jti = await fetchEnrolmentChallenge(origin)
  const enrol = enrolmentJws(key, { jti, aud: origin, digest: digestOf(body) })
  const headers = { 'Content-Type': 'application/json', 'Session-Lock-Enroll': enrol }
  return { method: 'POST', url: origin + path, headers, body }
}

/**
 * Enrols a new key and signs in.
 * @param {string} origin @param {object} who `{ guest: true }` or `{ username, password }`
 * @param {{ profile?: 1 | 2, carrier?: 'header' | 'cookie', clock?: Clock }} [options]
 * @returns {Promise<Session>}
 */
export const signIn = async (origin, who, { profile = 2, carrier = 'header', clock } = {}) => {
  const key = generateKey()
  const call = await prepareEnrolment(origin, key, { ...who, profile, carrier })
  const answer = await send(call)
  if (answer.status !== 201) throw new Error(`sign-in: ${answer.status} ${answer.text}`)
  const { token, sid } = answer.json
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0]
  const challenge = answer.headers.get('session-lock-challenge') ?? ''
  const own = clock ?? clockAt()
  return { origin, key, profile, carrier, sid, token, cookie, challenge, clock: own }
}

/** @param {string} origin @param {string} username @param {string} password */
export const register = (origin, username, password) =>
  send({
    method: 'POST',
    url: `${origin}/api/users`,
    headers: { 'Content-Type': 'application/json' },
    body: bytesOf({ username, password }),
  })
