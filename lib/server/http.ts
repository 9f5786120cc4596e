import { z } from 'zod'
import { SessionLockError } from '@/lib/protocol/errors'
import { HEADER } from '@/lib/protocol/types'
import type { Lock } from '@/lib/protocol/verify'

/** What edge and handlers have in common of HTTP. */

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS']

/**
 * An unsafe request from a page must come from a page of ours. A native client sends no Origin and
 * passes: it has no cookies to be abused. Throws ERR_ORIGIN.
 */
export function assertOrigin(request: Request, origin: string): void {
  const from = request.headers.get('origin')
  if (from !== null && from !== origin && !SAFE_METHODS.includes(request.method)) {
    throw new SessionLockError('ERR_ORIGIN')
  }
}

/** Throws ERR_BODY_TOO_LARGE where the request says so itself. */
export function assertDeclaredLength(request: Request, maxBytes: number): void {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) tooLarge(maxBytes)
}

/**
 * Reads a body whole, or refuses it: nothing is ever truncated.
 * Throws ERR_BODY_TOO_LARGE, and ERR_INPUT where fewer bytes came than were said.
 */
export async function readBody(
  request: Request,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  assertDeclaredLength(request, maxBytes)
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of request.body ?? []) {
      length += chunk.length
      if (length > maxBytes) tooLarge(maxBytes)
      chunks.push(chunk)
    }
  } catch (cause) {
    if (cause instanceof SessionLockError) throw cause
    throw new SessionLockError('ERR_INPUT', { detail: 'The body broke off.', cause })
  }
  const body = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.length
  }
  return body
}

function tooLarge(maxBytes: number): never {
  throw new SessionLockError('ERR_BODY_TOO_LARGE', { detail: `At most ${maxBytes} bytes.` })
}

/** A text that the database can keep: no NUL, no lone surrogate. */
export function storableText(min: number, max: number) {
  return z
    .string()
    .min(min)
    .max(max)
    .refine((text) => !text.includes('\0') && text.isWellFormed(), {
      error: 'has characters that cannot be kept',
    })
}

/** The body as JSON of the given form. Throws ERR_INPUT, saying where and never what. */
export function parseJson<T>(body: Uint8Array, schema: z.ZodType<T>): T {
  const result = schema.safeParse(decodeJson(body))
  if (result.success) return result.data
  const [issue] = result.error.issues
  const where = issue?.path.join('.')
  throw new SessionLockError('ERR_INPUT', {
    detail: where
      ? `${where}: ${issue?.message}`
      : 'The JSON is not of the form that is expected here.',
  })
}

function decodeJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new SessionLockError('ERR_INPUT', { detail: 'The body is not JSON in UTF-8.' })
  }
}

/** Puts on what every answer under `/api` carries (protocol §4, §6). */
export async function finish(answer: Response, lock: Lock, now: number): Promise<Response> {
  // An answer that came from a fetch has headers that cannot be written.
  const response = new Response(answer.body, answer)
  response.headers.set('Cache-Control', 'no-store')
  response.headers.set('Vary', 'Authorization, Cookie, Session-Lock')
  response.headers.set('X-Content-Type-Options', 'nosniff')
  response.headers.set(HEADER.challenge, await lock.challenges.current(now))
  return response
}

/** The peer's address, which the front has written here and nobody else (`front.mjs`). */
export function peerAddress(headers: Headers): string {
  return headers.get('x-forwarded-for') ?? ''
}

/** The id in a path. Throws ERR_NOT_FOUND where it is of no form that this server gives out. */
export function pathId(text: unknown): string {
  if (typeof text !== 'string' || !/^[\w-]{22}$/.test(text))
    throw new SessionLockError('ERR_NOT_FOUND')
  return text
}

/** A header as an event keeps it. */
export function shortened(text: string | null, length = 256): string {
  return (text ?? '').replaceAll('\0', '').slice(0, length).toWellFormed()
}
