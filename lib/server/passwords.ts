import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { SessionLockError } from '@/lib/protocol/errors'
import { processWide } from './process-wide'

/**
 * Passwords under scrypt (RFC 7914), with one of the parameter sets of OWASP's Password Storage
 * Cheat Sheet: N = 2^15, r = 8, p = 3, that is 32 MiB a hash.
 */
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 2 ** 20 } as const
const NAME = 'scrypt$15$8$3'

/** At work at once, and waiting: what bounds the memory that strangers can make us spend. */
const AT_ONCE = 2
const WAITING = 64

/** A password as the store keeps it: parameters, salt and hash. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt)
  return [NAME, salt.toString('base64url'), hash.toString('base64url')].join('$')
}

/**
 * Whether the password fits. Give `undefined` where there is no such user: the work is the same.
 */
export async function verifyPassword(
  password: string,
  stored: string | undefined,
): Promise<boolean> {
  const [salt = '', expected = ''] = stored?.split('$').slice(-2) ?? []
  const hash = await derive(password, stored ? Buffer.from(salt, 'base64url') : randomBytes(16))
  const wanted = stored ? Buffer.from(expected, 'base64url') : randomBytes(hash.length)
  return timingSafeEqual(hash, wanted) && stored !== undefined
}

async function derive(password: string, salt: Buffer): Promise<Buffer> {
  // One password is one password, however the keyboard composes it (RFC 8265 §4).
  const text = password.normalize('NFC')
  return inTurn(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        scrypt(text, salt, 32, COST, (error, key) => (error ? reject(error) : resolve(key)))
      }),
  )
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const queue = processWide('scrypt', () => ({ busy: 0, waiting: [] as (() => void)[] }))
  if (queue.busy >= AT_ONCE) {
    if (queue.waiting.length >= WAITING) {
      throw new SessionLockError('ERR_RATE_LIMITED', { retryAfterS: 5 })
    }
    await new Promise<void>((resolve) => queue.waiting.push(resolve))
  } else {
    queue.busy++
  }
  try {
    return await work()
  } finally {
    const next = queue.waiting.shift()
    if (next) next()
    else queue.busy--
  }
}
