import { createEnrolment } from '../protocol/enrol'
import { utf8 } from '../protocol/encoding'
import type { ErrorCode, Problem } from '../protocol/errors'
import { HEADER, type Carrier, type Profile } from '../protocol/types'
import { learnChallenge, readProblem, type LearntChallenge } from './bound-fetch'
import type { KeyStore, LiveSession } from './key-store'
import type { StatementClock } from './statement-clock'

/** Signing in: a new key is enrolled beside the credentials, and so bound at birth (protocol §7). */

/** A ticket is what a provider's sign-in comes back with. */
export type SignIn = { guest: true } | { username: string; password: string } | { ticket: string }

export interface SessionForm {
  /** Default 2. */
  profile?: Profile
  /** Default `header`; `cookie` goes with profile 2. */
  carrier?: Carrier
}

/** A refusal of the server, where a promise has no response to give. */
export class RefusedError extends Error {
  override name = 'RefusedError'
  readonly code: ErrorCode | undefined
  readonly status: number

  constructor(status: number, problem: Problem | undefined) {
    super(problem?.detail ?? `The server answered ${status}.`)
    this.code = problem?.code
    this.status = status
  }
}

export interface EntranceOptions {
  origin: string
  store: KeyStore
  clock: StatementClock
  challenge: LearntChallenge
}

export function createEntrance({ origin, store, clock, challenge }: EntranceOptions) {
  /** Asks for JSON, or rejects with the refusal. */
  async function ask<T>(path: string, init?: RequestInit): Promise<T> {
    const response = await fetch(path, init)
    learnChallenge(challenge, response)
    if (!response.ok) throw new RefusedError(response.status, await readProblem(response))
    return (response.status === 204 ? undefined : await response.json()) as T
  }

  /** The header that enrols a key beside a body. */
  async function enrol(keyPair: CryptoKeyPair, body: Uint8Array<ArrayBuffer>) {
    const fresh = await ask<{ challenge: string; serverTime: number }>('/api/session/challenge')
    clock.learn(fresh.serverTime)
    return { [HEADER.enrolment]: await createEnrolment(keyPair, fresh.challenge, origin, body) }
  }

  return {
    /** Begins a session with the pending key. Nothing of the live one is touched yet. */
    async begin(who: SignIn, form: SessionForm): Promise<LiveSession> {
      const keyPair = await store.getPendingKey()
      const body = utf8(JSON.stringify({ ...who, ...form }))
      const enrolment = await enrol(keyPair, body)
      const headers = { 'Content-Type': 'application/json', ...enrolment }
      const born = await ask<Pick<LiveSession, 'sid' | 'token' | 'expiresAt'>>('/api/session', {
        method: 'POST',
        headers,
        body,
      })
      return {
        sid: born.sid,
        expiresAt: born.expiresAt,
        ...(born.token && { token: born.token }),
        profile: form.profile ?? 2,
        carrier: form.carrier ?? 'header',
        privateKey: keyPair.privateKey,
        clockOffset: clock.offset,
        user: { username: 'username' in who ? who.username : null },
      }
    },

    /** Enrols the pending key and leaves the page for a provider. */
    async leaveFor(provider: string): Promise<void> {
      const headers = await enrol(await store.getPendingKey(), utf8(''))
      await ask('/api/session/pending', { method: 'POST', headers })
      const { csrfToken } = await ask<{ csrfToken: string }>('/api/auth/csrf')
      const { url } = await ask<{ url: string }>(`/api/auth/signin/${provider}`, {
        method: 'POST',
        body: new URLSearchParams({ csrfToken, callbackUrl: origin, json: 'true' }),
      })
      location.assign(url)
    },
  }
}
