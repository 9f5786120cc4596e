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
  let known: { counter: number; challenges: string[] } | undefined

  /** The challenges that pass: of this window, of the one before and the one after. */
  async function at(now: number): Promise<string[]> {
    const counter = Math.floor(now / (windowS * 1000))
    if (known?.counter === counter) return known.challenges
    const macs = [counter, counter - 1, counter + 1].flatMap((window) =>
      keySets.map(({ key }) => hmac(key.challenge, `request\n${origin}\n${window}`)),
    )
    const challenges = (await Promise.all(macs)).map(encodeBase64url)
    known = { counter, challenges }
    return challenges
  }

  return {
    /** The challenge to hand out: of this window, by the first secret; `now` in ms. */
    async current(now: number): Promise<string> {
      return (await at(now))[0]!
    },
    /** Whether a request may cover this challenge; `now` in ms. */
    async accepts(challenge: string, now: number): Promise<boolean> {
      return (await at(now)).includes(challenge)
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
