import {
  isInnerList,
  parseItem,
  parseList,
  serializeList,
  Token,
  type BareItem,
} from 'structured-headers'

/** The header fields of DBSC. All are structured fields (RFC 9651), read and written by a library. */

export const FIELD = {
  registration: 'Secure-Session-Registration',
  challenge: 'Secure-Session-Challenge',
  response: 'Secure-Session-Response',
  sessionId: 'Sec-Secure-Session-Id',
  skipped: 'Secure-Session-Skipped',
} as const

/** `typ` of what the browser signs. */
export const PROOF_TYPE = 'dbsc+jwt'

/** Longer than any field of an honest browser; what is longer is not even parsed. */
const MOST_CHARACTERS = 4096

/** Why a browser sends a request without refreshing first, and for which session. */
export interface Skipped {
  readonly reason: string
  readonly sessionId?: string
}

/**
 * Offers a registration. ES256 is the one algorithm offered.
 *
 * @param path where the browser is to register, from the root of this origin
 * @param authorization comes back inside the browser's JWT
 */
export function writeRegistration(path: string, challenge: string, authorization: string): string {
  const parameters = new Map([
    ['path', path],
    ['challenge', challenge],
    ['authorization', authorization],
  ])
  return serializeList([[[[new Token('ES256'), new Map()]], parameters]])
}

export function writeChallenge(challenge: string, sessionId: string): string {
  return serializeList([[challenge, new Map([['id', sessionId]])]])
}

/** A text in a field of one item: a string as the draft has it, or bare as Chromium sends it. */
export function readText(value: string | null): string | undefined {
  return attempt(value, (field) => asText(parseItem(field)[0]))
}

/** `undefined` where the browser says nothing, or nothing that is of the form. */
export function readSkipped(value: string | null): Skipped | undefined {
  return attempt(value, (field) => {
    const first = parseList(field).find((member) => !isInnerList(member))
    const reason = first?.[0] instanceof Token ? first[0].toString() : undefined
    if (!reason || !REASONS.includes(reason)) return undefined
    const sessionId = asText(first?.[1].get('session_identifier'))
    return { reason, ...(sessionId && { sessionId }) }
  })
}

const REASONS = ['unreachable', 'server_error', 'quota_exceeded']

/** What the browser is offered, as the browser reads it; `undefined` where it would ignore it. */
export function readRegistration(
  value: string | null,
): { path: string; challenge: string; authorization: string } | undefined {
  return attempt(value, (field) => {
    const offer = parseList(field).find(isInnerList)
    const parameter = (name: string) => asText(offer?.[1].get(name)) ?? ''
    const path = parameter('path')
    if (!path) return undefined
    return { path, challenge: parameter('challenge'), authorization: parameter('authorization') }
  })
}

/** A challenge as the browser reads it. */
export function readChallenge(value: string | null): string | undefined {
  return attempt(value, (field) => asText(parseList(field)[0]?.[0]))
}

function asText(value: unknown): string | undefined {
  const item = value as BareItem | undefined
  if (item instanceof Token) return item.toString()
  return typeof item === 'string' ? item : undefined
}

function attempt<T>(value: string | null, read: (field: string) => T | undefined): T | undefined {
  if (!value || value.length > MOST_CHARACTERS) return undefined
  try {
    return read(value)
  } catch {
    return undefined
  }
}
