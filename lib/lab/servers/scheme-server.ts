import type { Call } from '@/lib/server/call'

/** Whose session a request carries. */
export interface Identity {
  readonly owner: string
}

/** A scheme's half on the server. The scheme's routes are one handler over it (`answer.ts`). */
export interface SchemeServer {
  /** Begins a session for a new owner. */
  begin(call: Call): Promise<Response>
  /** Who asks. Throws `LabRefusal`. */
  identify(call: Call): Promise<Identity>
  /** Ends the session, as far as the scheme knows how. */
  end?(call: Call, identity: Identity): Promise<Response>
  /** What every answer of the scheme carries. */
  decorate?(call: Call, response: Response): Promise<void>
  /** Addresses that only this scheme has, by method and name. */
  readonly more?: Readonly<Record<string, (call: Call) => Promise<Response>>>
}

/** A refusal in a scheme's own words. `check` is the step of the scheme's list that failed. */
export class LabRefusal extends Error {
  readonly code: string
  readonly check: string
  readonly challenge: string | undefined

  constructor(check: string, code: string, message: string, challenge?: string) {
    super(message)
    this.check = check
    this.code = code
    this.challenge = challenge
  }

  /** RFC 9457, as everywhere in this application. */
  toResponse(now: number): Response {
    const { code, check, message, challenge } = this
    const problem = { type: `urn:session-lock:lab:${code}`, title: message, status: 401 }
    const headers = new Headers({ 'Content-Type': 'application/problem+json' })
    if (challenge) headers.set('WWW-Authenticate', challenge)
    const body = JSON.stringify({ ...problem, code, check, detail: message, serverTime: now })
    return new Response(body, { status: 401, headers })
  }
}
