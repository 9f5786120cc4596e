import { authorize, jsonOf, labRequests, postJson } from '../message'
import type { Scheme } from '../types'

/** The control: a JWT as most applications issue them. Whoever has it is the user. */

export const requests = labRequests('bearer')

export const enter: Scheme['enter'] = async (wire) => {
  const answer = await wire.send(postJson('/api/lab/bearer/session', {}))
  const { token, owner } = jsonOf<{ token: string; owner: string }>(answer)!
  return { origin: wire.origin, owner, token, isReadable: true, challenge: '' }
}

export const present: Scheme['present'] = (message, { token }) =>
  authorize(message, 'Bearer', token)

export const prove: Scheme['prove'] = async (message, holder) => present(message, holder)
