import { failedCheck, isErrorCode } from '@/lib/protocol/errors'
import { asText, jsonOf } from './message'
import type { Cell } from './perform'
import type { Step } from './run'
import { SCHEME_INFO } from './schemes/info'
import type { Answer, SchemeId } from './types'

/** A cell as the page shows it: what travelled, as text, and the server's checks one by one. */
export interface CellReport extends Omit<Cell, 'steps'> {
  readonly steps: readonly StepReport[]
  readonly checks: readonly CheckReport[]
}

export interface StepReport {
  readonly by: Step['by']
  /** The bytes of the request, but for the Host line. */
  readonly request: string
  readonly status: number
  readonly code?: string
  readonly answer: string
  /** Milliseconds. */
  readonly ms: number
}

export interface CheckReport {
  readonly name: string
  readonly outcome: 'passed' | 'failed' | 'not reached'
}

const LONGEST = 4000

export function report({ steps, ...cell }: Cell): CellReport {
  const last = steps.at(-1)?.answer
  return {
    ...cell,
    steps: steps.map(({ by, message, answer }) => ({
      by,
      request: shorten(asText(message)),
      status: answer.status,
      ...(answer.code && { code: answer.code }),
      answer: shorten(answer.body),
      ms: answer.ms,
    })),
    checks: last ? judge(cell.scheme, last) : [],
  }
}

/**
 * The checks of the last answer. Each scheme makes them in one order, so the one that failed says
 * which passed before it and which were not reached.
 */
function judge(scheme: SchemeId, answer: Answer): CheckReport[] {
  const { checks } = SCHEME_INFO[scheme]
  if (answer.status < 400) return checks.map((name) => ({ name, outcome: 'passed' }))
  const failed = failedAt(answer)
  const at = failed === undefined ? -1 : checks.indexOf(failed)
  // What no check of the scheme has refused, the front refused before.
  const front = { name: 'front', outcome: at < 0 ? 'failed' : 'passed' } as const
  const rest = checks.map((name, i) => {
    const outcome = i === at ? 'failed' : i < at ? 'passed' : 'not reached'
    return { name, outcome } as const
  })
  return [front, ...rest]
}

function failedAt(answer: Answer): string | undefined {
  if (isErrorCode(answer.code)) return failedCheck(answer.code)
  return jsonOf<{ check?: string }>(answer)?.check
}

function shorten(text: string): string {
  return text.length > LONGEST
    ? `${text.slice(0, LONGEST)}\n… ${text.length} characters in all`
    : text
}
