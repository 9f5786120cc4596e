import { encodeBase64url } from '@/lib/protocol/encoding'
import type { Message } from '../types'
import type { Bytes } from './bytes'
import { createBinding, encodeMessage, REFERRED } from './message'

/** The client's proof, over the keying material of its end of a connection. Web APIs alone. */

export const BINDING_HEADER = 'Sec-Token-Binding'

/** One end of a live connection, as far as a proof needs it. */
export interface End {
  readonly ekm: Bytes
}

/** The value of Sec-Token-Binding for a connection. @param referred the key used with another server */
export async function bindingHeader(
  { ekm }: End,
  keyPair: CryptoKeyPair,
  referred?: CryptoKeyPair,
): Promise<string> {
  const bindings = [await createBinding(keyPair, ekm)]
  if (referred) bindings.push(await createBinding(referred, ekm, { type: REFERRED }))
  return encodeBase64url(encodeMessage(bindings))
}

/** The message with the proof that this connection's client holds the key. */
export async function bound(
  message: Message,
  connection: End,
  keyPair: CryptoKeyPair,
  referred?: CryptoKeyPair,
): Promise<Message> {
  const value = await bindingHeader(connection, keyPair, referred)
  return { ...message, headers: [...message.headers, [BINDING_HEADER, value]] }
}
