import { SessionLockError } from './errors'
import type { Carrier, Profile } from './types'

/** What the verifier asks of the stores it is given. */

/** The replay memory: each statement counts once. */
export interface ReplayStore {
  /**
   * Claims an id, atomically: of any number of simultaneous claims exactly one resolves with `true`.
   * Rejects where the store cannot answer; that is never taken for a pass.
   *
   * @param expiresAt milliseconds; until then the id stays claimed
   */
  claim(id: string, expiresAt: number): Promise<boolean>
}

/** A session as the server's store keeps it. */
export interface StoredSession {
  readonly sid: string
  readonly sub: string
  readonly profile: Profile
  readonly carrier: Carrier
  /** base64url of the raw point, 65 bytes. */
  readonly publicKey: string
  /** Milliseconds. */
  readonly expiresAt: number
  /** Milliseconds; null while the session stands. */
  readonly revokedAt: number | null
}

/** Both reject where the store cannot answer. */
export interface SessionStore {
  find(sid: string): Promise<StoredSession | undefined>
  /** By `hashCookie` of the cookie's value: the store holds nothing that opens a session. */
  findByCookie(cookieHash: string): Promise<StoredSession | undefined>
}

/** Waits for a store. One that does not answer is ERR_STORE_UNAVAILABLE, and never taken for a pass. */
export async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (cause) {
    if (cause instanceof SessionLockError) throw cause
    throw new SessionLockError('ERR_STORE_UNAVAILABLE', { cause, retryAfterS: 5 })
  }
}

/**
 * A replay memory of one process, for tests and for embedding; it forgets on restart. Full, it
 * rejects with ERR_STORE_UNAVAILABLE until claims have run out: it never forgets one early.
 *
 * @param now milliseconds
 * @param most how many claims it holds
 */
export function createMemoryReplayStore(
  now: () => number,
  most = Infinity,
): ReplayStore & { readonly size: number } {
  const claims = new Map<string, number>()
  return {
    get size() {
      return claims.size
    },
    async claim(id, expiresAt) {
      // Ids expire nearly in the order they came, so what is at the front goes first.
      for (const [old, expiry] of claims) {
        if (expiry > now()) break
        claims.delete(old)
      }
      if (claims.has(id)) return false
      if (claims.size >= most) {
        throw new SessionLockError('ERR_STORE_UNAVAILABLE', { retryAfterS: 60 })
      }
      claims.set(id, expiresAt)
      return true
    },
  }
}
