import { errors, jwtVerify, SignJWT } from 'jose'
import { deriveKey } from '@/lib/protocol/keys'
import { DbscRefusal } from './refusal'

/**
 * The short-lived cookie: a sealed note of whose it is and until when. Sealed and not stored, so that
 * the one before stays good for its own time, while requests are under way that carry it.
 */

const TYPE = 'lab-dbsc-cookie+jwt'

export interface CookieSeal {
  /** @returns the value, and when it is over in ms: never before the browser thinks so */
  seal(sid: string, lifeS: number, now: number): Promise<{ value: string; expiresAt: number }>
  /** The session that it names. Throws cookie_expired and cookie_invalid. */
  open(value: string, now: number): Promise<string>
}

/** @param secrets the first seals, all open */
export async function createCookieSeal(secrets: readonly string[]): Promise<CookieSeal> {
  const keys = await Promise.all(secrets.map((secret) => deriveKey(secret, 'lab-dbsc-cookie')))

  return {
    async seal(sid, lifeS, now) {
      const expiresAtS = Math.ceil(now / 1000) + lifeS
      const value = await new SignJWT({ sid })
        .setProtectedHeader({ alg: 'HS256', typ: TYPE })
        .setExpirationTime(expiresAtS)
        .sign(keys[0]!)
      return { value, expiresAt: expiresAtS * 1000 }
    },

    async open(value, now) {
      for (const key of keys) {
        const sid = await openWith(key, value, now)
        if (sid) return sid
      }
      throw new DbscRefusal(401, 'cookie', 'cookie_invalid', 'This server did not make the cookie.')
    },
  }
}

async function openWith(
  key: Uint8Array<ArrayBuffer>,
  value: string,
  now: number,
): Promise<string | undefined> {
  const options = {
    ...{ typ: TYPE, algorithms: ['HS256'], requiredClaims: ['exp'] },
    currentDate: new Date(now),
  }
  try {
    const { payload } = await jwtVerify(value, key, options)
    return String(payload.sid)
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      throw new DbscRefusal(401, 'cookie', 'cookie_expired', 'The cookie has run out.')
    }
    return undefined
  }
}
