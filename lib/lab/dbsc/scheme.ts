import { createKeyPair } from '@/lib/protocol/enrol'
import { encodeBase64url, utf8 } from '@/lib/protocol/encoding'
import { sign } from '@/lib/protocol/prove'
import { authorize, cookieFrom, get, jsonOf, labRequests, postJson, withCookie } from '../message'
import type { Answer, Holder, Message, Scheme, Wire } from '../types'
import type { SignedIn } from './entrance'
import { FIELD, PROOF_TYPE, readChallenge, readRegistration } from './fields'
import { AT, cookieName, type instructions } from './instructions'

/**
 * Device Bound Session Credentials: the browser holds a key, and trades its signature for the next
 * short-lived cookie. This half plays the browser. What is stolen is the cookie.
 */

export const requests = labRequests('dbsc')

/** What the browser keeps of a session. */
interface DbscHolder extends Holder {
  readonly sid: string
  readonly refreshUrl: string
  token: string
  /** When it refreshes, in ms by its own clock. */
  renewAt: number
}

/** Ten minutes, as deployments have it, and longer than any attack waits. */
const LIFE_S = 600
const BRIEF_LIFE_S = 1
/** A browser may refresh ahead; this one does when a cookie is older than that. */
const FRESH_MS = 60_000

export const enter: Scheme['enter'] = (wire) => enterFor(wire, LIFE_S)

export const enterBriefly: Scheme['enterBriefly'] = async (wire) => {
  const holder = await enterFor(wire, BRIEF_LIFE_S)
  // The server rounds up to a whole second, so that it never refuses what a browser still sends.
  return Object.assign(holder, { overAfterMs: (BRIEF_LIFE_S + 1) * 1000 + 100 })
}

async function enterFor(wire: Wire, lifeS: number): Promise<DbscHolder> {
  const answer = await wire.send(postJson(AT.signIn, { lifeS }))
  const born = jsonOf<SignedIn>(answer)
  const offer = readRegistration(answer.headers.get(FIELD.registration))
  if (!born || !offer) throw new Error(`DBSC was not offered: ${answer.body}`)
  const keyPair = await createKeyPair()
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', keyPair.publicKey)
  const claims = { jti: offer.challenge, authorization: offer.authorization }
  const proof = await writeProof(keyPair, { jwk: { kty, crv, x, y } }, claims)
  const registered = await wire.send(post(offer.path, [[FIELD.response, proof]]))
  const told = jsonOf<ReturnType<typeof instructions>>(registered)
  if (registered.status !== 200 || !told) throw new Error(`not registered: ${registered.body}`)
  return {
    ...{ origin: wire.origin, owner: born.owner, release: born.release, keyPair },
    sid: told.session_identifier,
    refreshUrl: told.refresh_url,
    challenge: '',
    isReadable: cookieOf(registered, wire).isReadable,
    ...readCookie(registered, wire),
  }
}

export const present: Scheme['present'] = (message, { token, origin }) =>
  withCookie(message, cookieName(origin), token)

export const prove: Scheme['prove'] = async (message, holder) => present(message, holder)

/** The browser asks, signs the challenge that it is answered with, and asks again. */
export const renew: Scheme['renew'] = async (holder, wire) => {
  const browser = holder as DbscHolder
  if (wire.now() < browser.renewAt) return
  const { sid, keyPair, refreshUrl } = browser
  const asked = await wire.send(post(refreshUrl, [[FIELD.sessionId, sid]]))
  const challenge = readChallenge(asked.headers.get(FIELD.challenge))
  if (asked.status !== 403 || !challenge) return
  const proof = await writeProof(keyPair!, {}, { jti: challenge })
  const signed: Message['headers'] = [
    [FIELD.sessionId, sid],
    [FIELD.response, proof],
  ]
  const answer = await wire.send(post(refreshUrl, signed))
  // Where it is refused, the old cookie goes along, and the server says why.
  if (answer.status === 200) Object.assign(browser, readCookie(answer, wire))
}

/** Whatever the clock says: it was the server that made the challenge. */
async function writeProof(
  { privateKey }: CryptoKeyPair,
  header: object,
  payload: object,
): Promise<string> {
  const named = { alg: 'ES256', typ: PROOF_TYPE, ...header }
  const input = [named, payload]
    .map((part) => encodeBase64url(utf8(JSON.stringify(part))))
    .join('.')
  return `${input}.${encodeBase64url(await sign(privateKey, input))}`
}

function readCookie(answer: Answer, wire: Wire) {
  const { value, maxAgeS } = cookieOf(answer, wire)
  return { token: value, renewAt: wire.now() + Math.min(maxAgeS * 1000, FRESH_MS) }
}

function cookieOf(answer: Answer, { origin }: Wire) {
  const name = cookieName(origin)
  const set = answer.headers.getSetCookie().find((text) => text.startsWith(`${name}=`))
  return { ...cookieFrom(answer, name), maxAgeS: Number(set?.match(/max-age=(\d+)/i)?.[1]) }
}

function post(target: string, headers: Message['headers']): Message {
  return { ...get(target), method: 'POST', headers }
}

export const downgrade: Scheme['downgrade'] = {
  'as-bearer': async (message, { token }) => authorize(message, 'Bearer', token),
}

export const leave: Scheme['leave'] = async (wire, { release }) => {
  await wire.send({ ...postJson(AT.watch, { release }), method: 'DELETE' })
}
