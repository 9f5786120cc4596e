import { writeFileSync } from 'node:fs'
import { createStatementClock } from '@/lib/client/statement-clock'
import { asText, isIn } from './message'
import { SCHEMES } from './schemes'
import { SCHEME_IDS, type Holder, type SchemeId, type Wire } from './types'
import { createHttpWire, identify } from './wires/http'

/**
 * `npm run lab:costs -- URL`: what a request costs under each scheme, against a running server: the
 * schemes take turns, so that what the machine does meanwhile falls on all alike.
 */

export interface Cost {
  /** Bytes that the session and its proof add to a request. */
  readonly bytes: number
  /** Medians, in ms: making the proof, and the whole way there and back. */
  readonly proveMs: number
  readonly answerMs: number
}

export interface Costs {
  readonly measuredAt: string
  readonly on: string
  readonly schemes: Partial<Record<SchemeId, Cost>>
}

const ROUNDS = 41

async function measure(wire: Wire): Promise<Costs['schemes']> {
  const clock = createStatementClock(() => wire.now())
  const people = new Map<SchemeId, Holder>()
  for (const id of SCHEME_IDS) people.set(id, await SCHEMES[id].enter(wire))
  const times = new Map(
    SCHEME_IDS.map((id) => [id, { prove: [], answer: [] as number[] } as Times]),
  )
  const bytes = new Map<SchemeId, number>()
  for (let round = 0; round < ROUNDS; round++) {
    for (const [id, holder] of people) {
      const { requests, prove, challengeHeader } = SCHEMES[id]
      const startedAt = performance.now()
      const proven = await prove(requests.read, holder, clock.next())
      times.get(id)!.prove.push(performance.now() - startedAt)
      const answer = await wire.send(proven)
      if (!isIn(answer)) throw new Error(`${id} was refused: ${answer.body}`)
      times.get(id)!.answer.push(answer.ms)
      const next = challengeHeader && answer.headers.get(challengeHeader)
      if (next) holder.challenge = next
      bytes.set(id, asText(proven).length - asText(requests.read).length)
    }
  }
  for (const [id, holder] of people) await SCHEMES[id].leave?.(wire, holder)
  const entries = SCHEME_IDS.map((id) => {
    const { prove, answer } = times.get(id)!
    const cost = { bytes: bytes.get(id)!, proveMs: median(prove), answerMs: median(answer) }
    return [id, cost] as const
  })
  return Object.fromEntries(entries)
}

interface Times {
  readonly prove: number[]
  readonly answer: number[]
}

function median(values: number[]): number {
  const middle = values.sort((a, b) => a - b)[values.length >> 1] ?? 0
  return Number(middle.toFixed(2))
}

/** Writes `costs.json`, which the schemes' pages show. */
export async function writeCosts(address: string, file: string): Promise<void> {
  const schemes = await measure(createHttpWire(address, await identify(address)))
  const costs: Costs = {
    measuredAt: new Date().toISOString().slice(0, 10),
    on: `Node ${process.versions.node.split('.').slice(0, 2).join('.')}, ${process.arch}, one machine`,
    schemes,
  }
  writeFileSync(file, `${JSON.stringify(costs, null, 2)}\n`)
}
