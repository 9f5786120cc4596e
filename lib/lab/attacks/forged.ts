import { encodeBase64, encodeBase64url, utf8 } from '@/lib/protocol/encoding'
import { createKeyPair } from '@/lib/protocol/enrol'
import { thumbprint } from '@/lib/protocol/keys'
import type { PublicJwk } from '@/lib/protocol/types'
import { judge } from './judge'
import type { Attack, Attempt, Holder, Stage } from '../types'

/** A token of the thief's making, which names the thief's key. */

export const payloadEdited: Attack = {
  group: 'forged',
  title: 'Thief’s key written into the token',
  story: 'The payload is edited to name the thief’s key; the server’s seal is left as it was.',
  perform: (stage) =>
    forge(stage, async ([header, payload, seal], keyPair) =>
      payload === undefined || seal === undefined
        ? undefined
        : `${header}.${encode(await withKey(payload, keyPair))}.${seal}`,
    ),
}

export const algNone: Attack = {
  group: 'forged',
  title: 'Token without a seal (alg none)',
  story: 'The header says that nothing was signed, and nothing was.',
  perform: (stage) =>
    forge(stage, async ([header, payload], keyPair) => {
      const claims = await withKey(payload, keyPair)
      return `${encode({ ...decode(header), alg: 'none' })}.${encode(claims)}.`
    }),
}

export const embeddedKey: Attack = {
  group: 'forged',
  title: 'Token sealed by a key in its own header',
  story: 'The thief seals the token himself, and the header brings the key to check the seal with.',
  perform: (stage) =>
    forge(stage, async ([header, payload], keyPair) => {
      const jwk = await crypto.subtle.exportKey('jwk', keyPair.publicKey)
      const named = { ...decode(header), alg: 'ES256', jwk }
      const input = `${encode(named)}.${encode(await withKey(payload, keyPair))}`
      const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
      const seal = await crypto.subtle.sign(algorithm, keyPair.privateKey, utf8(input))
      return `${input}.${encodeBase64url(new Uint8Array(seal))}`
    }),
}

type Forgery = (parts: string[], keyPair: CryptoKeyPair) => Promise<string | undefined>

/** Presents a forged token with a proof by the key that it names. */
async function forge({ scheme, victim, stamp, asThief }: Stage, make: Forgery): Promise<Attempt> {
  const keyPair = await createKeyPair()
  // Of an opaque value nothing can be edited but its bytes.
  const token = (await make(victim.token.split('.'), keyPair)) ?? flip(victim.token)
  const forged: Holder = { ...victim, token, ...(victim.keyPair && { keyPair }) }
  return judge(await asThief(await scheme.prove(scheme.requests.read, forged, stamp())))
}

/** The claims with the thief's key where the scheme looks for one. */
async function withKey(payload: string | undefined, { publicKey }: CryptoKeyPair) {
  const claims = decode(payload)
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey)
  const jwk = { kty, crv, x, y } as PublicJwk
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', publicKey))
  const { jkt } = (claims.cnf ?? {}) as { jkt?: string }
  const cnf = jkt ? { jkt: await thumbprint(jwk) } : { jwk }
  return { ...claims, cnf, publicKey: encodeBase64(point) }
}

function decode(part = ''): Record<string, unknown> {
  try {
    return JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/'))) as object as Record<
      string,
      unknown
    >
  } catch {
    return {}
  }
}

const encode = (value: unknown) => encodeBase64url(utf8(JSON.stringify(value)))

/** Another value of the same form. */
function flip(value: string): string {
  const [first = 'A'] = value
  return (first === 'A' ? 'B' : 'A') + value.slice(1)
}
