import { createKeyPair } from '@/lib/protocol/enrol'
import type { Holder, Message, Scheme, Wire } from '../types'
import { jsonOf } from './json'
import { bound } from './proof'
import type { TokenBindingWire } from './wire'

/**
 * Token Binding as a scheme of the lab: a cookie, and on every request the proof that the client of
 * this very connection holds the cookie's key. It covers the connection and nothing of the request.
 */

const PATH = '/api/lab/token-binding'
const COOKIE = 'lab-token-binding'

/** Travels with the holder, copies of it included: proofs are made on connections of this wire. */
const WIRE = Symbol('the wire that a holder signed in on')

export interface TokenBindingHolder extends Holder {
  readonly origin: string
  readonly keyPair: CryptoKeyPair
  readonly [WIRE]: TokenBindingWire
}

const json = { 'Content-Type': 'application/json' }

/** No browser does it any more. */
export const isNodeOnly = true

export const requests: Scheme['requests'] = {
  read: { method: 'GET', target: `${PATH}/notes`, headers: [] },
  account: { method: 'GET', target: `${PATH}/session`, headers: [] },
  write: (text) => ({
    ...{ method: 'POST', target: `${PATH}/notes`, headers: Object.entries(json) },
    body: JSON.stringify({ text }),
  }),
  signOut: { method: 'DELETE', target: `${PATH}/session`, headers: [] },
}

const signIn: Message = { method: 'POST', target: `${PATH}/session`, headers: [] }

/** @param wire one of `openTokenBindingWire`: no other has connections to bind to */
export async function enter(wire: Wire): Promise<TokenBindingHolder> {
  if (!isTokenBindingWire(wire)) throw new TypeError('this scheme needs a wire of its own')
  const keyPair = await createKeyPair()
  const message = await wire.proveOnConnection((connection) => bound(signIn, connection, keyPair))
  const answer = await wire.send(message)
  const owner = jsonOf<{ owner: string }>(answer)?.owner
  const cookie = answer.headers.getSetCookie().find((text) => text.startsWith(`${COOKIE}=`))
  const token = cookie?.slice(COOKIE.length + 1).split(';', 1)[0]
  if (!owner || !token) throw new Error(`sign-in was answered ${answer.status}`)
  const isReadable = !/;\s*httponly/i.test(cookie!)
  return { origin: wire.origin, owner, token, isReadable, keyPair, challenge: '', [WIRE]: wire }
}

/** Opens a connection, and proves on it. The time is no part of the proof. */
export async function prove(message: Message, holder: Holder): Promise<Message> {
  const { keyPair, [WIRE]: wire } = holder as TokenBindingHolder
  return wire.proveOnConnection((connection) =>
    bound(present(message, holder), connection, keyPair),
  )
}

/** The cookie alone, as a thief sends it who copied no more. */
export function present(message: Message, loot: string | { readonly token: string }): Message {
  const token = typeof loot === 'string' ? loot : loot.token
  return { ...message, headers: [...message.headers, ['Cookie', `${COOKIE}=${token}`]] }
}

export async function leave(wire: Wire, holder: Holder): Promise<void> {
  await wire.send(await prove(requests.signOut, holder))
}

function isTokenBindingWire(wire: Wire): wire is TokenBindingWire {
  return 'proveOnConnection' in wire
}
