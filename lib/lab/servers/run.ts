import { Readable } from 'node:stream'
import { z } from 'zod'
import { SessionLockError } from '@/lib/protocol/errors'
import type { Call } from '@/lib/server/call'
import { parseJson, peerAddress } from '@/lib/server/http'
import { processWide } from '@/lib/server/process-wide'
import { ATTACK_IDS, type AttackId } from '../attacks'
import { performAll, type Cell } from '../perform'
import { report } from '../report'
import { SCHEME_IDS } from '../types'
import { createHttpWire } from '../wires/http'
import { windowsOf } from './about'
import { getLab } from './lab'

/** So many visitors may have attacks performed at once; a single cell is soon over. */
const AT_ONCE = 3

const Run = z.strictObject({
  schemes: z.array(z.enum(SCHEME_IDS)).min(1).max(SCHEME_IDS.length).optional(),
  attacks: z
    .array(z.enum(ATTACK_IDS as [AttackId, ...AttackId[]]))
    .min(1)
    .max(ATTACK_IDS.length)
    .optional(),
})

/**
 * Performs attacks against this very server, over its own socket, and streams what becomes of them:
 * one JSON object a line. Ends when all is done, or when nobody listens any more.
 */
export async function runAttacks({ request, body, server, now }: Call): Promise<Response> {
  const { limiter } = await getLab(server)
  const selection = parseJson(await body(), Run)
  limiter.take('runs from an address', peerAddress(request.headers), now)
  const running = processWide('lab-runs', () => ({ count: 0 }))
  if (running.count >= AT_ONCE) {
    throw new SessionLockError('ERR_RATE_LIMITED', {
      detail: 'Others are attacking just now; try again in a moment.',
      retryAfterS: 10,
    })
  }
  const { APP_ORIGIN: origin, INTERNAL_ORIGIN } = server.env
  const wire = createHttpWire(INTERNAL_ORIGIN, { origin, windows: windowsOf(server.env) })
  const cells = performAll(wire, selection, {
    secret: server.env.AUTH_SECRET[0],
    signal: request.signal,
  })
  // Cancelled when nobody reads on, and with it the generator behind it.
  const stream = Readable.toWeb(Readable.from(asLines(cells, running)))
  return new Response(stream as ReadableStream<Uint8Array>, {
    headers: { 'Content-Type': 'application/x-ndjson; charset=utf-8' },
  })
}

async function* asLines(cells: AsyncGenerator<Cell>, running: { count: number }) {
  const encoder = new TextEncoder()
  running.count++
  try {
    for await (const cell of cells) yield encoder.encode(`${JSON.stringify(report(cell))}\n`)
  } finally {
    running.count--
  }
}
