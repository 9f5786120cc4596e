import { encodeBase64url, utf8 } from '@/lib/protocol/encoding'
import { createKeyPair } from '@/lib/protocol/enrol'
import { sign } from '@/lib/protocol/prove'
import { postJson } from '../message'
import type { Answer, Header, Message, Wire } from '../types'
import type { SignedIn } from './entrance'
import { FIELD, PROOF_TYPE, readChallenge, readRegistration } from './fields'
import { AT, cookieName } from './instructions'

/** A browser whose every part can be got wrong, for the tests. */

const encode = (value: unknown) => encodeBase64url(utf8(JSON.stringify(value)))

/** A proof as written, with a signature that holds for it. */
export async function forgeProof(
  { privateKey }: CryptoKeyPair,
  header: object,
  payload: unknown,
): Promise<string> {
  const input = `${encode({ alg: 'ES256', typ: PROOF_TYPE, ...header })}.${encode(payload)}`
  return `${input}.${encodeBase64url(await sign(privateKey, input))}`
}

export async function publicJwk({ publicKey }: CryptoKeyPair) {
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey)
  return { kty, crv, x, y }
}

export function send(
  wire: Wire,
  method: string,
  target: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const message: Message = { method, target, headers: Object.entries(headers) as Header[] }
  return wire.send(message)
}

/** Signs in, and keeps the offer. */
export async function openOffer(wire: Wire, form: object = {}) {
  const answer = await wire.send(postJson(AT.signIn, form))
  const born = JSON.parse(answer.body) as SignedIn
  const offer = readRegistration(answer.headers.get(FIELD.registration))!
  return { ...born, ...offer, keyPair: await createKeyPair() }
}

export type Offer = Awaited<ReturnType<typeof openOffer>>

/** Registers as a browser does, but for what is given. */
export async function registerWith(
  wire: Wire,
  { keyPair, challenge, authorization }: Offer,
  changes: { header?: object; payload?: object } = {},
): Promise<Answer> {
  const header = { jwk: await publicJwk(keyPair), ...changes.header }
  const payload = { jti: challenge, authorization, ...changes.payload }
  const proof = await forgeProof(keyPair, header, payload)
  return send(wire, 'POST', AT.registration, { [FIELD.response]: proof })
}

/** The challenge that a refresh without a proof is answered with. */
export async function askForChallenge(wire: Wire, sid: string): Promise<string> {
  const answer = await send(wire, 'POST', AT.refresh, { [FIELD.sessionId]: sid })
  return readChallenge(answer.headers.get(FIELD.challenge)) ?? ''
}

/** Refreshes with a proof over this challenge. */
export async function refreshWith(
  wire: Wire,
  sid: string,
  keyPair: CryptoKeyPair,
  challenge: string,
  changes: { header?: object; payload?: object } = {},
): Promise<Answer> {
  const payload = { jti: challenge, ...changes.payload }
  const proof = await forgeProof(keyPair, changes.header ?? {}, payload)
  return send(wire, 'POST', AT.refresh, { [FIELD.sessionId]: sid, [FIELD.response]: proof })
}

/** The short-lived cookie that an answer sets, as a Cookie header. */
export function cookieHeader(answer: Answer, origin: string): { Cookie: string } {
  const name = cookieName(origin)
  const set = answer.headers.getSetCookie().find((text) => text.startsWith(`${name}=`)) ?? ''
  return { Cookie: set.split(';', 1)[0]! }
}
