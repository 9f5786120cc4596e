import { writeFileSync } from 'node:fs'
import { createStatementClock } from '@/lib/client/statement-clock'
import { asText, isIn } from './message'
import { SCHEMES } from './schemes'
import { SCHEME_IDS, type Holder, type SchemeId, type Wire } from './types'
import { createHttpWire, identify } from './wires/http'
import { openOwnWire, type OpenWire } from './wires/own'

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
  readonly schemes: { [id in SchemeId]?: Cost }
}

const ROUNDS = 41

async function measure(wire: Wire): Promise<Costs['schemes']> {
  const clock = createStatementClock(() => wire.now())
  const contestants = await Promise.all(SCHEME_IDS.map((id) => enter(id, wire)))
  for (let round = 0; round < ROUNDS; round++) {
    for (const contestant of contestants) if (contestant) await ask(contestant, clock.next())
  }
  const costs: Costs['schemes'] = {}
  for (const contestant of contestants) {
    if (!contestant) continue
    const { id, own, holder, bytes, prove, answer } = contestant
    await SCHEMES[id].leave?.(own.wire, holder)
    await own.close()
    costs[id] = { bytes, proveMs: median(prove), answerMs: median(answer) }
  }
  return costs
}

interface Contestant {
  readonly id: SchemeId
  readonly own: OpenWire
  readonly holder: Holder
  readonly prove: number[]
  readonly answer: number[]
  bytes: number
}

async function enter(id: SchemeId, wire: Wire): Promise<Contestant | undefined> {
  const own = await openOwnWire(id, wire, process.env.AUTH_SECRET?.split(',')[0])
  if (!own) return undefined
  return { id, own, holder: await SCHEMES[id].enter(own.wire), prove: [], answer: [], bytes: 0 }
}

async function ask(contestant: Contestant, at: number): Promise<void> {
  const { id, own, holder } = contestant
  const { requests, prove, renew, challengeHeader } = SCHEMES[id]
  await renew?.(holder, own.wire)
  const startedAt = performance.now()
  const proven = await prove(requests.read, holder, at)
  contestant.prove.push(performance.now() - startedAt)
  const answer = await own.wire.send(proven)
  if (!isIn(answer)) throw new Error(`${id} was refused: ${answer.body}`)
  contestant.answer.push(answer.ms)
  const next = challengeHeader && answer.headers.get(challengeHeader)
  if (next) holder.challenge = next
  contestant.bytes = asText(proven).length - asText(requests.read).length
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
