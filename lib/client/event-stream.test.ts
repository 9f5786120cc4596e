// @vitest-environment node
import { afterEach, describe, expect, it, vi } from 'vitest'
import { followEvents, shareEvents, type SessionEvent } from './event-stream'

/** A server that answers each connection with the next of these. */
function serving(...answers: (Response | Error)[]) {
  const requests: { lastEventId: string | null }[] = []
  const fetch = async (_url: RequestInfo | URL, init?: RequestInit) => {
    requests.push({ lastEventId: new Headers(init?.headers).get('last-event-id') })
    const answer = answers.shift()
    if (!answer) return new Promise<Response>(() => {})
    if (answer instanceof Error) throw answer
    return answer
  }
  return { requests, fetch }
}

const stream = (...chunks: string[]) =>
  new Response(new Blob(chunks).stream(), { headers: { 'Content-Type': 'text/event-stream' } })
const event = (id: number, code: string) =>
  `id: ${id}\nevent: refused\ndata: ${JSON.stringify({ code, sid: 's', count: 1, at: 1 })}\n\n`

async function follow(server: ReturnType<typeof serving>, requests: number) {
  const events: SessionEvent[] = []
  const states: boolean[] = []
  const stop = followEvents({
    fetch: server.fetch as typeof globalThis.fetch,
    onEvent: (seen) => events.push(seen),
    onState: (isOpen) => states.push(isOpen),
    backoffMs: () => 1,
  })
  await expect.poll(() => server.requests.length).toBeGreaterThanOrEqual(requests)
  await new Promise((resolve) => setTimeout(resolve, 20))
  stop()
  return { events, states, requests: server.requests }
}

describe('the event stream', () => {
  it('tells each event, and goes on after the last when the stream ends', async () => {
    const server = serving(
      stream('retry: 1000\n\n', event(7, 'ERR_PROOF_INVALID'), ':\n\n'),
      stream(event(9, 'ERR_PROOF_REPLAYED')),
    )
    const { events, states, requests } = await follow(server, 3)
    expect(events.map(({ id, kind, code }) => [id, kind, code])).toEqual([
      ['7', 'refused', 'ERR_PROOF_INVALID'],
      ['9', 'refused', 'ERR_PROOF_REPLAYED'],
    ])
    expect(requests.map(({ lastEventId }) => lastEventId)).toEqual([null, '7', '9'])
    expect(states).toEqual([true, false, true, false])
  })

  it('goes on after a failure, and drops half an event', async () => {
    const server = serving(
      new Error('offline'),
      new Response(null, { status: 503 }),
      stream(event(1, 'ERR_PROOF_INVALID').slice(0, 30)),
      stream(event(1, 'ERR_PROOF_INVALID')),
    )
    const { events, requests } = await follow(server, 5)
    expect(events).toHaveLength(1)
    expect(requests[3]?.lastEventId).toBeNull()
  })

  it('stops where it is refused', async () => {
    const server = serving(new Response(null, { status: 401 }), stream(event(1, 'x')))
    const { events, requests } = await follow(server, 1)
    expect([events.length, requests.length]).toEqual([0, 1])
  })
})

describe('the event stream of many tabs', () => {
  /** Web Locks of one name after another, as far as it is needed here. */
  function stubLocks() {
    let tail = Promise.resolve()
    const request = (
      _name: string,
      { signal }: { signal: AbortSignal },
      work: () => Promise<void>,
    ) => {
      const turn = tail.then(() => (signal.aborted ? Promise.reject(signal.reason) : work()))
      tail = turn.catch(() => {})
      return turn
    }
    vi.stubGlobal('navigator', { locks: { request } })
  }
  afterEach(() => vi.unstubAllGlobals())

  it('is held by one of them, which tells the others, and taken over when it goes', async () => {
    stubLocks()
    let held: ReadableStreamDefaultController<Uint8Array> | undefined
    const server = serving(new Response(new ReadableStream({ start: (c) => void (held = c) })))
    const fetch = server.fetch as typeof globalThis.fetch
    const seen: string[][] = [[], []]
    const open = (tab: number) =>
      shareEvents('sid', {
        fetch,
        onEvent: ({ id }) => seen[tab]!.push(id),
        lastEventId: () => seen[tab]!.at(-1) ?? '',
        backoffMs: () => 1,
      })
    const [stopFirst, stopSecond] = [open(0), open(1)]
    await expect.poll(() => server.requests.length).toBe(1)
    held!.enqueue(new TextEncoder().encode(event(7, 'ERR_PROOF_INVALID')))
    await expect.poll(() => seen).toEqual([['7'], ['7']])
    expect(server.requests).toHaveLength(1)

    stopFirst()
    await expect.poll(() => server.requests.length).toBe(2)
    expect(server.requests[1]?.lastEventId).toBe('7')
    stopSecond()
  })
})
