import { contentDigest } from '../protocol/digest'
import type { ErrorCode, Problem } from '../protocol/errors'
import { proveRequest } from '../protocol/prove'
import { HEADER, type Credential } from '../protocol/types'
import type { StatementClock } from './statement-clock'

/** What went over the wire, for who wants to show it. */
export interface Exchange {
  readonly method: string
  readonly url: string
  /** The lines that were signed. */
  readonly statement: string
  /** The header that carried the proof. */
  readonly header: { readonly name: string; readonly value: string }
  readonly status: number
  /** The refusal's code; absent where the request was accepted. */
  readonly code?: ErrorCode
  /** Milliseconds. */
  readonly signingMs: number
  /** Milliseconds, from sending to the head of the answer. */
  readonly answerMs: number
  /** Milliseconds that the server's handler took to verify, where it says so (Server-Timing). */
  readonly verificationMs?: number
  /** All headers that were set by script, names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array<ArrayBuffer>
}

/** A value of the server's that requests cover, learnt from its answers; empty at first. */
export interface LearntChallenge {
  current: string
}

/** Takes the challenge from an answer, if it brings one. */
export function learnChallenge(challenge: LearntChallenge, response: Response): void {
  challenge.current = response.headers.get(HEADER.challenge) ?? challenge.current
}

export interface BoundFetchOptions {
  /** The one origin that requests are signed for; others get nothing from us. */
  origin: string
  /** The session; `undefined` while nobody is signed in, and requests go unsigned. */
  getCredential: () => Promise<Credential | undefined>
  clock: StatementClock
  /** The server's current challenge as far as it is known; kept up to date from every answer. */
  challenge?: LearntChallenge
  fetch?: typeof globalThis.fetch
  onExchange?: (exchange: Exchange) => void
  /** A refusal that was not mended by repeating. */
  onRefusal?: (problem: Problem, sid: string) => void
}

const TIME_CODES: readonly ErrorCode[] = ['ERR_PROOF_STALE', 'ERR_PROOF_FUTURE']

/** What a repeat may mend, and with which methods (protocol §6). */
const REPEATABLE: Partial<Record<ErrorCode, 'any' | 'safe'>> = {
  ERR_CHALLENGE_REQUIRED: 'any',
  ERR_CHALLENGE_INVALID: 'any',
  ERR_PROOF_STALE: 'any',
  ERR_PROOF_FUTURE: 'any',
  // A write may have happened; a read is asked again.
  ERR_PROOF_REPLAYED: 'safe',
}

/**
 * A `fetch` that proves each request with the session's key. It takes what `fetch` takes and hands
 * back what it hands back. Bodies are read whole before they are sent, since their digest is signed.
 *
 * Requests to other origins pass untouched. A redirect is never followed with a proof: it rejects
 * with a TypeError, unless the caller asked for `redirect: 'manual'`. One repeat, signed anew, where
 * the server's answer teaches its challenge or its clock; never for a body that was given as a
 * stream (inside a `Request` it cannot be told from other bodies, and is repeated as they are).
 */
export function createBoundFetch(options: BoundFetchOptions): typeof globalThis.fetch {
  const { origin, clock, getCredential, onExchange, onRefusal } = options
  const { challenge = { current: '' } } = options
  const send = options.fetch ?? ((request: RequestInfo | URL) => globalThis.fetch(request))

  async function attempt(
    request: Request,
    body: Uint8Array<ArrayBuffer> | undefined,
    credential: Credential,
  ) {
    const startedAt = performance.now()
    const headers = new Headers(request.headers)
    if (credential.profile === 2) {
      headers.set(HEADER.challenge, challenge.current)
      if (body?.length) headers.set(HEADER.contentDigest, await contentDigest(body))
    }
    const { method, url } = request
    const facts = { method, url, headers }
    const { statement, header } = await proveRequest(facts, credential, clock.next(), origin)
    headers.set(header.name, header.value)
    request.signal.throwIfAborted()
    const signedAt = performance.now()
    // Any init resets the referrer, so it is handed on by name.
    const { referrer, referrerPolicy } = request
    const init = {
      headers,
      referrer,
      referrerPolicy,
      redirect: 'manual',
      ...(body && { body }),
    } as const
    const signed = new Request(request, init)
    const response = await send(signed)
    const answerMs = performance.now() - signedAt
    const problem = await readProblem(response)
    learnChallenge(challenge, response)
    if (problem && TIME_CODES.includes(problem.code) && Number.isFinite(problem.serverTime)) {
      clock.learn(problem.serverTime)
    }
    // A stream of events has no end to wait for, and is no exchange.
    if (!response.headers.get('Content-Type')?.startsWith('text/event-stream')) {
      onExchange?.({
        ...{ method, url, statement, header, answerMs, signingMs: signedAt - startedAt },
        headers: Object.fromEntries(headers),
        ...(body?.length && { body }),
        status: response.status,
        ...(problem && { code: problem.code }),
        ...verificationMs(response),
      })
    }
    return { response, problem }
  }

  return async function boundFetch(input, init) {
    const request = new Request(input, init)
    if (new URL(request.url).origin !== origin) return send(request)
    const credential = await getCredential()
    if (!credential) return send(request)

    const body = await readBody(request)
    let { response, problem } = await attempt(request, body, credential)
    const isStream = init?.body instanceof ReadableStream
    if (problem && !isStream && mayRepeat(problem.code, request.method)) {
      ;({ response, problem } = await attempt(request, body, credential))
    }
    if (problem) onRefusal?.(problem, credential.sid)
    if (response.type === 'opaqueredirect' && request.redirect !== 'manual') {
      throw new TypeError('A signed request was redirected, and a proof is never carried on.')
    }
    return response
  }
}

async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (request.body === null || request.method === 'GET' || request.method === 'HEAD') {
    return undefined
  }
  const { signal } = request
  signal.throwIfAborted()
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error)
    signal.addEventListener('abort', stop)
  })
  try {
    return new Uint8Array(await Promise.race([request.arrayBuffer(), aborted]))
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function verificationMs(response: Response): { verificationMs?: number } {
  const said = response.headers.get('Server-Timing')?.match(/\bverify;dur=([\d.]+)/)?.[1]
  return said ? { verificationMs: Number(said) } : {}
}

function mayRepeat(code: ErrorCode, method: string): boolean {
  const which = REPEATABLE[code]
  return which === 'any' || (which === 'safe' && (method === 'GET' || method === 'HEAD'))
}

/** The refusal in an answer, whose own body stays unread; `undefined` where it is none of ours. */
export async function readProblem(response: Response): Promise<Problem | undefined> {
  const type = response.headers.get('Content-Type')
  if (response.ok || !type?.startsWith('application/problem+json')) return undefined
  try {
    return (await response.clone().json()) as Problem
  } catch {
    // HEAD has no body; code and time are in the headers all the same.
    const { headers, status } = response
    const code = headers.get('WWW-Authenticate')?.match(/error="(\w+)"/)?.[1]
    const serverTime = Date.parse(headers.get('Date') ?? '')
    return code ? ({ code: code as ErrorCode, status, serverTime } as Problem) : undefined
  }
}

/** What to tell people of an answer that was no success. */
export async function explainAnswer(response: Response): Promise<string> {
  return (await readProblem(response))?.detail ?? `The server answered ${response.status}.`
}
