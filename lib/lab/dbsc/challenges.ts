import { decodeBase64url, encodeBase64url, utf8 } from '@/lib/protocol/encoding'
import { deriveKey, hmac, isEqual } from '@/lib/protocol/keys'

/**
 * DBSC's challenges: expiry, 128 random bits, and an HMAC that names the origin, the purpose and the
 * session. Nothing is kept of them until one is used; then it is claimed, once.
 */

export type Purpose = 'registration' | 'refresh'

export interface Challenges {
  /** A fresh challenge, good once and for 60 s; `now` in ms. */
  issue(purpose: Purpose, sid: string, now: number): Promise<string>
  /** Authenticates a challenge. It still has to be claimed by its id. */
  open(
    challenge: string,
    purpose: Purpose,
    sid: string,
    now: number,
  ): Promise<{ id: string; expiresAt: number } | undefined>
}

const LIFE_MS = 60_000
const EXPIRY_BYTES = 8
const BODY_BYTES = EXPIRY_BYTES + 16
const HMAC = { name: 'HMAC', hash: 'SHA-256' }

/** @param secrets the first makes challenges, all recognise them */
export async function createChallenges(
  secrets: readonly string[],
  origin: string,
): Promise<Challenges> {
  const keys = await Promise.all(
    secrets.map(async (secret) => {
      const bytes = await deriveKey(secret, 'lab-dbsc-challenge')
      return crypto.subtle.importKey('raw', bytes, HMAC, false, ['sign'])
    }),
  )
  const macOf = (key: CryptoKey, purpose: Purpose, sid: string, body: Uint8Array) =>
    hmac(key, utf8(`dbsc\n${purpose}\n${origin}\n${sid}\n${encodeBase64url(body)}`))

  return {
    async issue(purpose, sid, now) {
      const body = crypto.getRandomValues(new Uint8Array(BODY_BYTES))
      new DataView(body.buffer).setBigUint64(0, BigInt(Math.floor(now) + LIFE_MS))
      const mac = await macOf(keys[0]!, purpose, sid, body)
      return encodeBase64url(new Uint8Array([...body, ...mac]))
    },

    async open(challenge, purpose, sid, now) {
      const bytes = decodeBase64url(challenge)
      if (bytes?.length !== BODY_BYTES + 32) return undefined
      const body = bytes.slice(0, BODY_BYTES)
      const macs = await Promise.all(keys.map((key) => macOf(key, purpose, sid, body)))
      const expiresAt = Number(new DataView(body.buffer).getBigUint64(0))
      const isOurs = macs.some((mac) => isEqual(mac, bytes.subarray(BODY_BYTES)))
      if (!isOurs || !(now < expiresAt)) return undefined
      return { id: `${sid}.${encodeBase64url(body.subarray(EXPIRY_BYTES))}`, expiresAt }
    },
  }
}
