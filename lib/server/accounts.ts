import { z } from 'zod'
import { SessionLockError } from '@/lib/protocol/errors'
import { peerAddress, storableText } from './http'
import { verifyPassword } from './passwords'
import type { RateLimiter } from './rate-limit'
import type { Db } from './stores/sqlite'
import { findCredentials, usernameKey, type User } from './stores/users'

const LONGEST_NAME = 64
const LONGEST_PASSWORD = 256

/** Names and passwords. */
export const Credentials = z.object({
  // Neither spaces nor characters that do not show, so that no name can pass for another by them.
  username: storableText(1, LONGEST_NAME).regex(
    /^[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]+$/u,
    {
      error: 'must be without spaces and characters that do not show',
    },
  ),
  password: storableText(8, LONGEST_PASSWORD),
})

/**
 * Who has this name and password. An unknown name costs what a wrong password costs, and counts as
 * one. Throws ERR_INPUT, ERR_CREDENTIALS or ERR_RATE_LIMITED.
 */
export async function authenticate(
  { username, password }: { username: string; password: string },
  { db, limiter, headers, now }: { db: Db; limiter: RateLimiter; headers: Headers; now: number },
): Promise<User> {
  // Normalising is quadratic in the worst text: nothing longer than a name may be gets that far.
  if (username.length > LONGEST_NAME || password.length > LONGEST_PASSWORD) {
    throw new SessionLockError('ERR_INPUT', { detail: 'The name or the password is too long.' })
  }
  const giveBack = [
    limiter.take('sign-in from an address', peerAddress(headers), now),
    limiter.take('sign-in of an account', usernameKey(username), now),
  ]
  const user = isKeepable(username) ? await findCredentials(db, username) : undefined
  if (!(await verifyPassword(password, user?.passwordHash)) || !user) {
    throw new SessionLockError('ERR_CREDENTIALS')
  }
  giveBack.forEach((back) => back())
  return { id: user.id, username: user.username }
}

/** A name that the database cannot even hold is nobody's. */
function isKeepable(username: string): boolean {
  return !username.includes('\0') && username.isWellFormed()
}
