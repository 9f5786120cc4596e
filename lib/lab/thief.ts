import { createKeyPair } from '@/lib/protocol/enrol'
import { CHECKS, failedCheck, type Check, type Problem } from '@/lib/protocol/errors'
import { proveRequest } from '@/lib/protocol/prove'
import { HEADER, type Profile } from '@/lib/protocol/types'

/** A thief's client: it holds a stolen token, and everything but the key. */

/** How the thief sends what was stolen. */
export const WAYS = {
  'own-key': 'Sign it with a key of my own, as a full client would',
  captured: 'Send it again as it stands, to read the notes',
  'no-proof': 'Send the session token alone',
} as const
export type Way = keyof typeof WAYS

export type Outcome = 'passed' | 'failed' | 'not reached' | 'not asked'

export interface Verdict {
  readonly isIn: boolean
  readonly status: number
  readonly problem?: Problem
  /** What the thief can read now. */
  readonly loot?: unknown
  /** The server's checks in their order. */
  readonly checks: readonly { readonly check: Check; readonly outcome: Outcome }[]
  /** The request as it was sent. */
  readonly sent: string
}

/** What a pasted text is, as far as its own header says. */
export type Stolen =
  | { readonly kind: 'locked'; readonly profile: Profile; readonly parts: readonly string[] }
  | { readonly kind: 'bearer'; readonly token: string }

/** Reads what was pasted; `undefined` where it is no token. */
export function readStolen(text: string): Stolen | undefined {
  const token = text.trim().replace(/^["']?(?:SessionLock |Bearer )?|["']$/g, '')
  const parts = token.split('.')
  const typ = decodeJson(parts[0])?.typ
  if (parts.length === 3 && typ === 'lab-bearer+jwt') return { kind: 'bearer', token }
  const profile = decodeJson(parts[1])?.slp
  if (!(parts.length === 3 || parts.length === 5)) return undefined
  return profile === 1 || profile === 2 ? { kind: 'locked', profile, parts } : undefined
}

/** Tries to read the victim's notes with a locked token. */
export async function presentLocked(
  { profile, parts }: Extract<Stolen, { kind: 'locked' }>,
  way: Way,
  origin: string,
): Promise<Verdict> {
  const token = parts.slice(0, 3).join('.')
  const url = `${origin}/api/notes`
  const headers = new Headers()
  // Anybody may learn the current challenge; so does the thief.
  const { headers: hints } = await fetch('/api/health', { cache: 'no-store' })
  headers.set(HEADER.challenge, hints.get(HEADER.challenge) ?? '')
  const scheme = profile === 1 ? 'Bearer' : 'SessionLock'
  if (way === 'own-key') {
    const { privateKey } = await createKeyPair()
    const credential = { profile, carrier: 'header', sid: '', token, privateKey } as const
    const facts = { method: 'GET', url, headers }
    const { header } = await proveRequest(facts, credential, Date.now(), origin)
    headers.set(header.name, header.value)
  } else {
    headers.set(HEADER.authorization, `${scheme} ${way === 'captured' ? parts.join('.') : token}`)
  }
  return send(url, headers, profile)
}

/** Tries to read the sample with a plain bearer token: it is sent, and that is all there is to it. */
export function presentBearer(token: string, origin: string): Promise<Verdict> {
  return send(`${origin}/api/lab/bearer/notes`, new Headers({ Authorization: `Bearer ${token}` }))
}

async function send(url: string, headers: Headers, profile?: Profile): Promise<Verdict> {
  const response = await fetch(url, { headers, cache: 'no-store' })
  const answer: unknown = await response.json()
  const lines = [...headers].map(([name, value]) => `${name}: ${value}`)
  const sent = [`GET ${new URL(url).pathname}`, ...lines].join('\n')
  const { status, ok: isIn } = response
  if (isIn) return { isIn, status, loot: answer, checks: profile ? judge(profile) : [], sent }
  const problem = answer as Problem
  return { isIn, status, problem, checks: profile ? judge(profile, problem) : [], sent }
}

/**
 * The checks, one by one. The server makes them in one order and the first that fails decides the
 * code, so the code says which passed and which were never reached.
 */
function judge(profile: Profile, problem?: Problem): Verdict['checks'] {
  const failed = problem && failedCheck(problem.code)
  const at = failed ? CHECKS.indexOf(failed) : CHECKS.length
  const isSkipped = (check: Check) => profile === 1 && (check === 'challenge' || check === 'body')
  return CHECKS.map((check, i) => {
    if (i > at) return { check, outcome: 'not reached' }
    if (i === at) return { check, outcome: 'failed' }
    return { check, outcome: isSkipped(check) ? 'not asked' : 'passed' }
  })
}

function decodeJson(part = ''): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/')))
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
