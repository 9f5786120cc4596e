import { SessionLockError } from '@/lib/protocol/errors'
import { ES256 } from '@/lib/protocol/types'
import { encodeBase64url } from '@/lib/protocol/encoding'
import { bytesOfMember, concat, readerOf, vector, type Bytes } from './bytes'

/**
 * The TokenBindingMessage of RFC 8471 §3: parsed, verified against the exported keying material (EKM)
 * of the connection it came over, and written. Web APIs alone.
 */

/** RFC 8471 §3.1. */
export const PROVIDED = 0
export const REFERRED = 1

/** TokenBindingKeyParameters (RFC 8471 §3), by name. */
export const KEY_PARAMETERS = { rsa2048_pkcs1_5: 0, rsa2048_pss: 1, ecdsap256: 2 } as const
export type KeyParameters = keyof typeof KEY_PARAMETERS

/** What both ends export of their connection, without a context (RFC 8471 §3.3). */
export const EKM_LABEL = 'EXPORTER-Token-Binding'
export const EKM_BYTES = 32

const HASH = 'SHA-256'
const ALGORITHMS = {
  [KEY_PARAMETERS.rsa2048_pkcs1_5]: { name: 'RSASSA-PKCS1-v1_5', hash: HASH },
  [KEY_PARAMETERS.rsa2048_pss]: { name: 'RSA-PSS', hash: HASH, saltLength: 32 },
  [KEY_PARAMETERS.ecdsap256]: ES256,
}
type Algorithm = (typeof ALGORITHMS)[keyof typeof ALGORITHMS]

/** One TokenBinding as it lies in a message; nothing of it is believed yet. */
export interface TokenBinding {
  readonly type: number
  readonly keyParameters: number
  /** The TokenBindingID: parameters, length and key, as it travels. */
  readonly id: Bytes
  /** The public key alone. */
  readonly key: Bytes
  readonly signature: Bytes
  /** Present, well formed, and of no meaning here: no extension was ever registered. */
  readonly extensions: readonly { readonly type: number; readonly data: Bytes }[]
}

/** The IDs of the keys whose holder speaks on this connection. */
export interface EstablishedBindings {
  readonly provided: Bytes
  readonly referred?: Bytes
}

function malformed(detail: string): never {
  throw new SessionLockError('ERR_PROOF_MALFORMED', { detail })
}

const reader = (bytes: Bytes) =>
  readerOf(bytes, () => malformed('The Token Binding message is cut short.'))

/**
 * Parses a whole message. Throws ERR_PROOF_MALFORMED where a length does not fit, or bytes are left.
 *
 * @example
 * const [provided] = parseMessage(decodeBase64url(header)!)
 */
export function parseMessage(message: Bytes): TokenBinding[] {
  const outer = reader(message)
  const inner = reader(outer.vector(2))
  if (!outer.isAtEnd()) malformed('There are bytes after the Token Binding message.')
  const bindings: TokenBinding[] = []
  while (!inner.isAtEnd()) bindings.push(parseBinding(inner))
  return bindings
}

function parseBinding(from: ReturnType<typeof reader>): TokenBinding {
  const type = from.number(1)
  const start = from.position()
  const keyParameters = from.number(1)
  const key = from.vector(2)
  const id = from.since(start)
  const signature = from.vector(2)
  if (signature.length < 64) malformed('A Token Binding signature has fewer than 64 bytes.')
  const rest = reader(from.vector(2))
  const extensions = []
  while (!rest.isAtEnd()) extensions.push({ type: rest.number(1), data: rest.vector(2) })
  return { type, keyParameters, id, key, signature, extensions }
}

/**
 * RFC 8471 §4.2 and RFC 8473 §2: exactly one provided binding of the parameters that were agreed on,
 * at most one referred, and every signature made over this connection's keying material.
 *
 * A binding of an unknown type means nothing, as §3.1 wants it. Where its key parameters are known its
 * signature must hold all the same: otherwise a flipped bit would turn a binding into an ignored one.
 *
 * Throws ERR_PROOF_MALFORMED or ERR_PROOF_INVALID.
 *
 * @param ekm the exported keying material of the live connection
 * @param agreed what was negotiated, or agreed beforehand, for the provided binding
 */
export async function verifyMessage(
  message: Bytes,
  ekm: Bytes,
  agreed: KeyParameters = 'ecdsap256',
): Promise<EstablishedBindings> {
  if (ekm.length !== EKM_BYTES) throw new TypeError('the keying material must be of 32 bytes')
  const bindings = parseMessage(message)
  const [provided, ...moreProvided] = bindings.filter(({ type }) => type === PROVIDED)
  const [referred, ...moreReferred] = bindings.filter(({ type }) => type === REFERRED)
  if (!provided || moreProvided.length > 0) malformed('There must be one provided Token Binding.')
  if (moreReferred.length > 0) malformed('There is more than one referred Token Binding.')
  if (provided.keyParameters !== KEY_PARAMETERS[agreed]) {
    malformed('The provided Token Binding is not of the agreed key parameters.')
  }
  for (const binding of bindings) await assertSigned(binding, ekm)
  return { provided: provided.id, ...(referred && { referred: referred.id }) }
}

async function assertSigned(binding: TokenBinding, ekm: Bytes): Promise<void> {
  const { type, keyParameters, signature } = binding
  const algorithm = algorithmOf(keyParameters)
  if (!algorithm) {
    if (type === PROVIDED || type === REFERRED) malformed('The key parameters are not known.')
    return
  }
  const key = await importKey(binding, algorithm)
  const isSigned = await crypto.subtle.verify(algorithm, key, signature, signedBytes(binding, ekm))
  if (!isSigned) {
    throw new SessionLockError('ERR_PROOF_INVALID', {
      detail: 'The Token Binding is not signed for this connection.',
    })
  }
}

function algorithmOf(keyParameters: number): Algorithm | undefined {
  return (ALGORITHMS as Record<number, Algorithm | undefined>)[keyParameters]
}

/** RFC 8471 §3.3: the type, the key parameters, and the keying material. */
function signedBytes(
  { type, keyParameters }: Pick<TokenBinding, 'type' | 'keyParameters'>,
  ekm: Bytes,
): Bytes {
  return new Uint8Array([type, keyParameters, ...ekm])
}

async function importKey({ key }: TokenBinding, algorithm: Algorithm): Promise<CryptoKey> {
  const from = reader(key)
  const isEc = algorithm === ES256
  const parts = isEc ? [from.vector(1)] : [from.vector(2), from.vector(1)]
  if (!from.isAtEnd()) malformed('There are bytes after the Token Binding key.')
  const imported = isEc ? importPoint(parts[0]!) : importRsa(parts[0]!, parts[1]!, algorithm)
  return imported.catch((cause: unknown) => {
    if (cause instanceof SessionLockError) throw cause
    throw new SessionLockError('ERR_PROOF_MALFORMED', { detail: 'That is no key.', cause })
  })
}

/** A point is its coordinates X and Y, without the byte that usually stands before them. */
async function importPoint(point: Bytes): Promise<CryptoKey> {
  if (point.length !== 64) malformed('The point of a P-256 key has 64 bytes.')
  return crypto.subtle.importKey('raw', new Uint8Array([4, ...point]), ES256, false, ['verify'])
}

async function importRsa(n: Bytes, e: Bytes, algorithm: Algorithm): Promise<CryptoKey> {
  if (n.length !== 256 || n[0]! < 0x80) malformed('The modulus must have 2048 bits.')
  if (e.length > 8 || !e[0]) malformed('The exponent is not one of a few bytes.')
  const jwk = { kty: 'RSA', n: encodeBase64url(n), e: encodeBase64url(e) }
  return crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify'])
}

export interface BindingOptions {
  readonly type?: number
  readonly keyParameters?: KeyParameters
  /** The extensions' bytes, as they travel. */
  readonly extensions?: Bytes
}

/** Signs one TokenBinding for the connection that `ekm` comes from. */
export async function createBinding(
  { privateKey, publicKey }: CryptoKeyPair,
  ekm: Bytes,
  { type = PROVIDED, keyParameters = 'ecdsap256', extensions }: BindingOptions = {},
): Promise<Bytes> {
  const number = KEY_PARAMETERS[keyParameters]
  const signed = signedBytes({ type, keyParameters: number }, ekm)
  const signature = await crypto.subtle.sign(ALGORITHMS[number], privateKey, signed)
  const id = await tokenBindingId(publicKey, keyParameters)
  const rest = [vector(2, new Uint8Array(signature)), vector(2, extensions ?? new Uint8Array())]
  return concat([[type], id, ...rest])
}

/** The TokenBindingID of a public key: what a token is bound to. */
export async function tokenBindingId(
  publicKey: CryptoKey,
  keyParameters: KeyParameters = 'ecdsap256',
): Promise<Bytes> {
  const { x, y, n, e } = await crypto.subtle.exportKey('jwk', publicKey)
  const key =
    keyParameters === 'ecdsap256'
      ? vector(1, concat([bytesOfMember(x), bytesOfMember(y)]))
      : concat([vector(2, bytesOfMember(n)), vector(1, bytesOfMember(e))])
  return concat([[KEY_PARAMETERS[keyParameters]], vector(2, key)])
}

/** The message that holds these bindings. */
export function encodeMessage(bindings: readonly Bytes[]): Bytes {
  return vector(2, concat(bindings))
}
