import { decodeBase64url, encodeBase64url } from '@/lib/protocol/encoding'
import { SessionLockError } from '@/lib/protocol/errors'
import { deriveKey, hmac, isEqual } from '@/lib/protocol/keys'
import type { Header, Message } from '../types'
import type { Bytes } from './bytes'
import type { EstablishedBindings } from './message'

/**
 * The link from the terminator to the application: the IDs that a connection has established, under a
 * MAC over time, method, target and them. Only who holds `AUTH_SECRET` can use it.
 */

/** The names of draft-ietf-tokbind-ttrp. */
export const ID_HEADERS = {
  provided: 'Sec-Provided-Token-Binding-ID',
  referred: 'Sec-Referred-Token-Binding-ID',
} as const
export const LINK_HEADER = 'Token-Binding-Link'
const PURPOSE = 'lab-token-binding-link'
const LIFE_MS = 30_000

/** The link's key, which serves nothing else. @param secret a member of `AUTH_SECRET` */
export async function createLinkKey(secret: string): Promise<CryptoKey> {
  const bytes = await deriveKey(secret, PURPOSE)
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
}

/** The headers that carry the IDs. @param now ms */
export async function sealIds(
  { provided, referred }: EstablishedBindings,
  { method, target }: Pick<Message, 'method' | 'target'>,
  key: CryptoKey,
  now: number,
): Promise<Header[]> {
  const ids = {
    provided: encodeBase64url(provided),
    referred: referred && encodeBase64url(referred),
  }
  const lines = [String(now), method, target, ids.provided, ids.referred ?? '']
  const mac = encodeBase64url(await hmac(key, lines.join('\n')))
  return [
    [ID_HEADERS.provided, ids.provided],
    ...(ids.referred ? [[ID_HEADERS.referred, ids.referred] as const] : []),
    [LINK_HEADER, `${now}.${mac}`],
  ]
}

/**
 * The IDs, where the link's MAC vouches for them. Throws ERR_PROOF_MISSING where there is no link, and
 * ERR_PROOF_INVALID where it is not the terminator's, or not of now.
 *
 * @param target path and query as they came
 * @param keys those of all secrets: the first signs, all verify
 */
export async function openIds(
  request: { readonly method: string; readonly headers: Headers },
  target: string,
  keys: readonly CryptoKey[],
  now: number,
): Promise<EstablishedBindings> {
  const { method, headers } = request
  const provided = headers.get(ID_HEADERS.provided)
  const referred = headers.get(ID_HEADERS.referred) ?? ''
  const link = headers.get(LINK_HEADER)
  if (provided === null || link === null) {
    throw new SessionLockError('ERR_PROOF_MISSING', { detail: 'No Token Binding came with it.' })
  }
  const [time = '', mac = ''] = link.split('.')
  const given = decodeBase64url(mac)
  const lines = [time, method, target, provided, referred].join('\n')
  const macs = await Promise.all(keys.map((key) => hmac(key, lines)))
  const isOurs = given !== undefined && macs.some((expected) => isEqual(expected, given))
  if (!isOurs || !(Math.abs(now - Number(time)) <= LIFE_MS)) {
    throw new SessionLockError('ERR_PROOF_INVALID', {
      detail: 'The Token Binding ID was not established at the terminator.',
    })
  }
  return { provided: decodeId(provided), ...(referred && { referred: decodeId(referred) }) }
}

function decodeId(text: string): Bytes {
  const id = decodeBase64url(text)
  if (!id) throw new SessionLockError('ERR_PROOF_MALFORMED')
  return id
}
