import { encodeBase64url, randomId, sha256, utf8 } from '@/lib/protocol/encoding'
import { processWide } from '@/lib/server/process-wide'
import type { Bytes } from './bytes'

/** The sessions that are bound to a Token Binding ID: in memory, few and short, so no row is left. */

export interface BoundSession {
  /** Who this is: random, and of no meaning elsewhere. */
  readonly owner: string
  /** SHA-256 of the Token Binding ID, which is opaque to applications (RFC 8471 §3.2). */
  readonly bindingHash: string
  /** Milliseconds. */
  readonly expiresAt: number
}

export const LIFE_MS = 30 * 60_000
const MOST = 5000

export type BoundSessions = ReturnType<typeof createSessions>

/** @param most how many are kept at once; the oldest one leaves first */
export function createSessions(most = MOST) {
  const byCookie = new Map<string, BoundSession>()

  return {
    /** Begins a session; gives the cookie's value, which is not kept. */
    async begin(bindingId: Bytes, now: number): Promise<{ cookie: string; session: BoundSession }> {
      const cookie = randomId(256)
      const session = {
        owner: randomId(),
        bindingHash: await hashId(bindingId),
        expiresAt: now + LIFE_MS,
      }
      byCookie.set(await hashCookie(cookie), session)
      for (const [key, { expiresAt }] of byCookie) {
        // In the order of their birth, and so of their end.
        if (expiresAt > now && byCookie.size <= most) break
        byCookie.delete(key)
      }
      return { cookie, session }
    },

    async find(cookie: string, now: number): Promise<BoundSession | undefined> {
      const session = byCookie.get(await hashCookie(cookie))
      return session && now < session.expiresAt ? session : undefined
    },

    async end(cookie: string): Promise<void> {
      byCookie.delete(await hashCookie(cookie))
    },
  }
}

export const getSessions = () => processWide('lab-token-binding', () => createSessions())

export async function hashId(id: Bytes): Promise<string> {
  return encodeBase64url(await sha256(id))
}

async function hashCookie(cookie: string): Promise<string> {
  return encodeBase64url(await sha256(utf8(cookie)))
}
