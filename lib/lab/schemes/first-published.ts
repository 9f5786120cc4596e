import { encodeBase64 } from '@/lib/protocol/encoding'
import { createKeyPair } from '@/lib/protocol/enrol'
import { lockToken } from '@/lib/protocol/prove'
import { authorize, jsonOf, labRequests, postJson } from '../message'
import type { Scheme } from '../types'

/**
 * session-lock as it was first published: the token and the time are signed, a stamp is good for
 * two seconds after it was made and at any time before, and nothing is remembered.
 */

export const requests = labRequests('first-published')

/** The public key goes in beside the credentials; nobody asks whether its private half is held. */
export const enter: Scheme['enter'] = async (wire) => {
  const keyPair = await createKeyPair()
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', keyPair.publicKey))
  const form = postJson('/api/lab/first-published/session', { publicKey: encodeBase64(point) })
  const { token, owner } = jsonOf<{ token: string; owner: string }>(await wire.send(form))!
  return { origin: wire.origin, owner, token, isReadable: true, keyPair, challenge: '' }
}

export const present: Scheme['present'] = (message, { token }) =>
  authorize(message, 'Bearer', token)

export const prove: Scheme['prove'] = async (message, { token, keyPair }, at) =>
  authorize(message, 'Bearer', await lockToken(token, keyPair!.privateKey, at))

export const downgrade: Scheme['downgrade'] = {
  'as-bearer': async (message, holder) => present(message, holder),
}
