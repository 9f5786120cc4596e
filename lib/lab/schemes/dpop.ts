import * as oauth from 'oauth4webapi'
import { createKeyPair } from '@/lib/protocol/enrol'
import { addHeader, authorize, get, jsonOf, labRequests, postJson, withHeader } from '../message'
import type { Holder, Message, Scheme, Wire } from '../types'

/**
 * DPoP (RFC 9449): an access token that names a key, and a JWT by that key beside each request.
 * oauth4webapi writes the proofs and verifies them; nonce and replay memory, which it leaves to the
 * application, are on top.
 */

export const requests = labRequests('dpop')
export const challengeHeader = 'DPoP-Nonce'

const TOKEN_ENDPOINT = '/api/lab/dpop/session'

export const enter: Scheme['enter'] = async (wire) => {
  const keyPair = await createKeyPair()
  const challenge = await askForNonce(wire)
  const form = postJson(TOKEN_ENDPOINT, {})
  const asking = { origin: wire.origin, token: '', keyPair, challenge, owner: '', isReadable: true }
  const proof = await writeProof(form, asking, wire.now())
  const answer = await wire.send(addHeader(form, 'DPoP', proof))
  const { token, owner } = jsonOf<{ token: string; owner: string }>(answer)!
  const next = answer.headers.get(challengeHeader) ?? challenge
  return { ...asking, token, owner, challenge: next }
}

async function askForNonce(wire: Wire): Promise<string> {
  const answer = await wire.send(get(requests.read.target))
  return answer.headers.get(challengeHeader) ?? ''
}

export const present: Scheme['present'] = (message, { token }) => authorize(message, 'DPoP', token)

export const prove: Scheme['prove'] = async (message, holder, at) =>
  withHeader(present(message, holder), 'DPoP', await writeProof(message, holder, at))

/** A proof as the library writes it, its time and nonce said by us. */
async function writeProof(message: Message, holder: Holder, at: number): Promise<string> {
  const { origin, token, keyPair, challenge } = holder
  const client: oauth.Client = { client_id: 'lab' }
  const handle = oauth.DPoP(client, keyPair!, {
    [oauth.modifyAssertion]: (_header, payload) => {
      payload.iat = Math.floor(at / 1000)
      payload.nonce = challenge
      if (token === '') delete payload.ath
    },
  })
  let proof = ''
  await oauth.protectedResourceRequest(
    token || 'none yet',
    message.method,
    new URL(message.target, origin),
    new Headers(),
    undefined,
    {
      DPoP: handle,
      [oauth.allowInsecureRequests]: true,
      [oauth.customFetch]: async (_url, { headers }) => {
        proof = headers.dpop ?? ''
        return new Response()
      },
    },
  )
  return proof
}

/** A nonce that is over has been replaced; of clocks a refusal says nothing. */
export const recover: Scheme['recover'] = ({ code }) => (code === 'use_dpop_nonce' ? {} : undefined)

export const downgrade: Scheme['downgrade'] = {
  'as-bearer': async (message, { token }) => authorize(message, 'Bearer', token),
  'as-cookie': async (message, { token }) => withHeader(message, 'Cookie', `session=${token}`),
}
