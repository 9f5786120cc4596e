import { ATTACK_IDS, ATTACKS, type AttackId } from './attacks'
import { MATRIX, type Outcome } from './matrix'
import { openTheatre, type Step, type Theatre } from './run'
import { SCHEMES } from './schemes'
import { SCHEME_IDS, type Attack, type Scheme, type SchemeId, type Wire } from './types'
import { openOwnWire } from './wires/own'

/** What became of one cell, performed against a running server. */
export interface Cell {
  readonly scheme: SchemeId
  readonly attack: AttackId
  readonly expected: Outcome
  /** Absent where it was skipped, or could not be performed. */
  readonly outcome?: Outcome
  readonly code?: string
  /** Milliseconds. */
  readonly ms: number
  readonly skipped?: true
  /** Why it was skipped, or could not be performed. */
  readonly reason?: string
  readonly steps: readonly Step[]
}

export interface Selection {
  readonly schemes?: readonly SchemeId[]
  readonly attacks?: readonly AttackId[]
}

/** Longer than this nobody waits for a challenge to die. */
const SHORT_WINDOW_MS = 5_000

export interface Means {
  /** A member of the server's `AUTH_SECRET`, for a terminator in front of it. */
  readonly secret?: string | undefined
  readonly signal?: AbortSignal
}

/** Performs the cells one after another: an attacker's load, and no flood. Stops with the signal. */
export async function* performAll(
  wire: Wire,
  { schemes = SCHEME_IDS, attacks = ATTACK_IDS }: Selection = {},
  { secret, signal }: Means = {},
): AsyncGenerator<Cell> {
  for (const scheme of schemes) {
    const own = await openOwnWire(scheme, wire, secret)
    const theatre = own && openTheatre(scheme, own.wire)
    try {
      for (const attack of attacks) {
        if (signal?.aborted) return
        yield theatre
          ? await performCell(theatre, scheme, attack, wire)
          : skip(scheme, attack, NEEDS_SECRET)
      }
    } finally {
      await theatre?.close()
      await own?.close()
    }
  }
}

const NEEDS_SECRET =
  'needs a TLS terminator that the server trusts: run it where AUTH_SECRET is the server’s'

function skip(scheme: SchemeId, attack: AttackId, reason: string): Cell {
  const expected = MATRIX[attack][scheme].outcome
  return { scheme, attack, expected, ms: 0, skipped: true, reason, steps: [] }
}

async function performCell(
  theatre: Theatre,
  scheme: SchemeId,
  attack: AttackId,
  wire: Wire,
): Promise<Cell> {
  const expected = MATRIX[attack][scheme].outcome
  const reason = whySkipped(ATTACKS[attack], SCHEMES[scheme], wire)
  if (reason) return skip(scheme, attack, reason)
  try {
    const performed = await theatre.perform(attack)
    return { scheme, attack, expected, ...performed }
  } catch (error) {
    return { scheme, attack, expected, ms: 0, reason: String(error), steps: [] }
  }
}

/** Why a cell cannot be performed over HTTP alone. */
function whySkipped(
  { needs }: Attack,
  { isNodeOnly }: Scheme,
  { windows }: Wire,
): string | undefined {
  switch (needs) {
    case undefined:
      return undefined
    case 'a short challenge window':
      return windows.challengeWindowMs <= SHORT_WINDOW_MS
        ? undefined
        : `a challenge lives ${windows.challengeWindowMs / 1000} s here: start the server with CHALLENGE_WINDOW_S=2`
    default:
      return isNodeOnly ? undefined : `needs ${needs}: the browser tests perform it`
  }
}

/** Whether a cell turned out as the matrix has it; one that was skipped says nothing else. */
export function isAsExpected({ scheme, attack, outcome, code, skipped }: Cell): boolean {
  const expected = MATRIX[attack][scheme]
  return skipped ?? (outcome === expected.outcome && code === expected.code)
}
