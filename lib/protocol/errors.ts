/**
 * The refusals (protocol §6): one class, one table from code to status, words and the check that
 * failed. An error renders its own response, so no handler has a switch.
 */

/** The checks of `verifyRequest`, in the order in which they are made (protocol §5). */
export const CHECKS = [
  'read',
  'token',
  'carrier and profile',
  'proof',
  'fresh',
  'challenge',
  'body',
  'replay',
  'session',
] as const

export type Check = (typeof CHECKS)[number]

interface Refusal {
  readonly status: number
  readonly title: string
  /** The check of `verifyRequest` that answers with this code; absent for refusals outside it. */
  readonly check?: Check
  /** Whether it looks like a theft, and so rings at the owner's (protocol §5, alarm). */
  readonly rings?: true
}

const REFUSALS = {
  ERR_TOKEN_MISSING: { status: 401, check: 'read', title: 'No session was presented.' },
  ERR_TOKEN_MALFORMED: {
    status: 401,
    check: 'read',
    title: 'The token is not of the form that this server issues.',
  },
  ERR_TOKEN_INVALID: {
    status: 401,
    check: 'token',
    title: 'This server did not sign the token for this use.',
  },
  ERR_TOKEN_EXPIRED: { status: 401, check: 'token', title: 'The session has expired.' },
  ERR_DOWNGRADE: {
    status: 401,
    check: 'carrier and profile',
    rings: true,
    title: 'The token was issued for another scheme, carrier or profile.',
  },
  ERR_PROOF_MISSING: {
    status: 401,
    check: 'proof',
    rings: true,
    title: 'A session was presented without proof of its key.',
  },
  ERR_PROOF_MALFORMED: {
    status: 401,
    check: 'proof',
    rings: true,
    title: 'The timestamp or the client signature is not of its form.',
  },
  ERR_PROOF_INVALID: {
    status: 401,
    check: 'proof',
    rings: true,
    title: "The request is not signed by this session's key.",
  },
  ERR_PROOF_STALE: { status: 401, check: 'fresh', title: 'The proof is too old.' },
  ERR_PROOF_FUTURE: { status: 401, check: 'fresh', title: 'The proof is from the future.' },
  ERR_CHALLENGE_REQUIRED: {
    status: 401,
    check: 'challenge',
    title: 'The proof covers no challenge of this server.',
  },
  ERR_CHALLENGE_INVALID: {
    status: 401,
    check: 'challenge',
    title: 'The challenge is not a current one of this server.',
  },
  ERR_DIGEST_MISMATCH: {
    status: 401,
    check: 'body',
    rings: true,
    title: 'The body is not the one that was signed.',
  },
  ERR_PROOF_REPLAYED: {
    status: 401,
    check: 'replay',
    rings: true,
    title: 'This signed request was used before.',
  },
  ERR_SESSION_REVOKED: {
    status: 401,
    check: 'session',
    title: 'The session was signed out, revoked, or never existed.',
  },
  ERR_CREDENTIALS: { status: 401, title: 'Username and password do not fit.' },
  ERR_ENROLMENT_INVALID: { status: 401, title: 'The new key was not enrolled as it must be.' },
  ERR_ORIGIN: { status: 403, title: 'The request comes from a page of another origin.' },
  ERR_INPUT: { status: 400, title: 'The request is not of the form that is expected here.' },
  ERR_NOT_FOUND: { status: 404, title: 'There is nothing here.' },
  ERR_METHOD: { status: 405, title: 'The method is not supported here.' },
  ERR_USERNAME_TAKEN: { status: 409, title: 'The username is taken.' },
  ERR_BODY_TOO_LARGE: { status: 413, title: 'The body is larger than is accepted here.' },
  ERR_RATE_LIMITED: { status: 429, title: 'Too many attempts; try again later.' },
  ERR_STORE_UNAVAILABLE: { status: 503, title: 'A store that decides is not answering.' },
} as const satisfies Record<string, Refusal>

export type ErrorCode = keyof typeof REFUSALS

/** The codes that ring at the owner's; the others are recorded only (protocol §5). */
export function rings(code: ErrorCode): boolean {
  return (REFUSALS[code] as Refusal).rings === true
}

/** Which check of `verifyRequest` answers with a code; `undefined` for codes outside of it. */
export function failedCheck(code: ErrorCode): Check | undefined {
  return (REFUSALS[code] as Refusal).check
}

export function isErrorCode(text: unknown): text is ErrorCode {
  return typeof text === 'string' && Object.hasOwn(REFUSALS, text)
}

/** Whose session a refused request named, once the server's own signature on it has held. */
export interface Accused {
  readonly sid: string
  readonly sub: string
}

interface Details {
  /** What happened, for people. Never a token, a key or a signature. */
  detail?: string
  /** Milliseconds, with ERR_PROOF_STALE and ERR_PROOF_FUTURE. */
  clientTime?: number
  /** With ERR_PROOF_INVALID: what the server would have had signed. */
  expected?: { method: string; targetUri: string }
  /** Seconds, with ERR_RATE_LIMITED and ERR_STORE_UNAVAILABLE. */
  retryAfterS?: number
  /** With ERR_METHOD. */
  allow?: readonly string[]
  cause?: unknown
}

/** The body of every refusal: `application/problem+json` (RFC 9457). */
export interface Problem {
  type: string
  title: string
  status: number
  code: ErrorCode
  detail: string
  /** Milliseconds. */
  serverTime: number
  clientTime?: number
  expected?: { method: string; targetUri: string }
}

/**
 * What `instanceof` goes by. Bundlers load this module more than once in a process (Next does, for
 * start-up and for handlers), and an error thrown by one copy must be known to the others.
 */
const BRAND = Symbol.for('session-lock.error')

/**
 * A refusal. `code` is what to decide by; the message is for people.
 *
 * @example
 * throw new SessionLockError('ERR_PROOF_STALE', { clientTime: 1700000000000 })
 */
export class SessionLockError extends Error {
  override name = 'SessionLockError'
  readonly [BRAND] = true
  readonly code: ErrorCode
  readonly details: Details
  /** Set by `verifyRequest`: the owner who should hear of it. */
  accused?: Accused

  constructor(code: ErrorCode, details: Details = {}) {
    super(details.detail ?? REFUSALS[code].title, { cause: details.cause })
    this.code = code
    this.details = details
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value
  }

  get status(): number {
    return REFUSALS[this.code].status
  }

  /** The refusal as RFC 9457 has it; `now` in ms. */
  toProblem(now: number): Problem {
    const { clientTime, expected } = this.details
    return {
      type: `urn:session-lock:${this.code}`,
      title: REFUSALS[this.code].title,
      status: this.status,
      code: this.code,
      detail: this.message,
      serverTime: now,
      ...(clientTime !== undefined && { clientTime }),
      ...(expected && { expected }),
    }
  }

  /** The refusal as a whole response; `now` in ms. */
  toResponse(now: number): Response {
    const headers = new Headers({ 'Content-Type': 'application/problem+json' })
    // RFC 9110 §11.6.1 wants the header with 401; elsewhere it would only ask for credentials again.
    if (this.status === 401) {
      headers.set('WWW-Authenticate', `SessionLock error="${this.code}", algs="ES256"`)
    }
    const { retryAfterS, allow } = this.details
    if (retryAfterS !== undefined) headers.set('Retry-After', String(Math.ceil(retryAfterS)))
    if (allow) headers.set('Allow', allow.join(', '))
    return new Response(JSON.stringify(this.toProblem(now)), { status: this.status, headers })
  }
}
