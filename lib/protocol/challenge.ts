import { decodeBase64url, encodeBase64url } from './encoding'
import { SessionLockError } from './errors'
import { hmac, isEqual, type KeySet } from './keys'

/** Challenges (protocol §4): server values that a proof covers. Two kinds, two keys. */

/**
 * Request challenges: an HMAC over the clock, so that every instance sharing a secret agrees
 * without storing anything. Every answer under `/api` carries the current one.
 *
 * @param windowS life of one challenge in seconds; the one before and the one after pass too, so a
 *   proof can be minted at most two windows ahead
 */
export function createRequestChallenges(origin: string, keySets: KeySet[], windowS = 150) {
  const known = new Map<number, string[]>()

  /** The challenges of one window, the current secret's first. */
  async function ofWindow(counter: number): Promise<string[]> {
    const remembered = known.get(counter)
    if (remembered) return remembered
    const text = `request\n${origin}\n${counter}`
    const macs = await Promise.all(keySets.map(({ key }) => hmac(key.challenge, text)))
    const challenges = macs.map(encodeBase64url)
    known.set(counter, challenges)
    if (known.size > 8) known.delete(known.keys().next().value!)
    return challenges
  }

  const counterAt = (now: number) => Math.floor(now / (windowS * 1000))

  return {
    /** The challenge to hand out; `now` in ms. */
    async current(now: number): Promise<string> {
      return (await ofWindow(counterAt(now)))[0]!
    },
    /** Whether a request may cover this challenge; `now` in ms. */
    async accepts(challenge: string, now: number): Promise<boolean> {
      const counter = counterAt(now)
      for (const window of [counter, counter - 1, counter + 1]) {
        if ((await ofWindow(window)).includes(challenge)) return true
      }
      return false
    },
  }
}

export type RequestChallenges = ReturnType<typeof createRequestChallenges>

const ENROLMENT_LIFE_MS = 60_000
const EXPIRY_BYTES = 8
const BODY_BYTES = EXPIRY_BYTES + 16

/** A fresh enrolment challenge, good once and for 60 s: expiry, 128 random bits, HMAC. */
export async function issueEnrolmentChallenge(
  origin: string,
  keySets: KeySet[],
  now: number,
): Promise<string> {
  const body = crypto.getRandomValues(new Uint8Array(BODY_BYTES))
  new DataView(body.buffer).setBigUint64(0, BigInt(now + ENROLMENT_LIFE_MS))
  const mac = await enrolmentMac(keySets[0]!, origin, body)
  return encodeBase64url(new Uint8Array([...body, ...mac]))
}

/**
 * Authenticates an enrolment challenge. It still has to be claimed by its id, once.
 * Throws ERR_CHALLENGE_INVALID.
 */
export async function openEnrolmentChallenge(
  challenge: string,
  origin: string,
  keySets: KeySet[],
  now: number,
): Promise<{ id: string; expiresAt: number }> {
  const bytes = decodeBase64url(challenge)
  if (bytes?.length !== BODY_BYTES + 32) throw new SessionLockError('ERR_CHALLENGE_INVALID')
  const body = bytes.slice(0, BODY_BYTES)
  const macs = await Promise.all(keySets.map((keySet) => enrolmentMac(keySet, origin, body)))
  const expiresAt = Number(new DataView(body.buffer).getBigUint64(0))
  const isOurs = macs.some((mac) => isEqual(mac, bytes.subarray(BODY_BYTES)))
  if (!isOurs || !(now < expiresAt)) throw new SessionLockError('ERR_CHALLENGE_INVALID')
  return { id: `enrolment.${encodeBase64url(body.subarray(EXPIRY_BYTES))}`, expiresAt }
}

function enrolmentMac(
  keySet: KeySet,
  origin: string,
  body: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return hmac(keySet.key.enroll, `enrolment\n${origin}\n${encodeBase64url(body)}`)
}
