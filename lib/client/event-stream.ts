import { createParser } from 'eventsource-parser'
import type { ErrorCode } from '../protocol/errors'

/** What happened to one of the user's sessions, as `GET /api/events` tells it. */
export interface SessionEvent {
  readonly id: string
  readonly kind: 'refused' | 'signed-in' | 'signed-out'
  readonly sid: string
  /** Whether it is this browser's session. */
  readonly current: boolean
  /** With `refused`. */
  readonly code?: ErrorCode
  /** With `refused`: whether it looks like a theft. */
  readonly rings?: boolean
  /** How often it happened within a minute. */
  readonly count: number
  /** Milliseconds, by the server's clock. */
  readonly at: number
  readonly address: string
  readonly userAgent: string
  readonly method: string
  readonly path: string
}

export interface EventStreamOptions {
  /** A bound fetch: each connection is signed anew. */
  fetch: typeof globalThis.fetch
  url?: string
  onEvent: (event: SessionEvent) => void
  /** Whether the stream is open. */
  onState?: (isOpen: boolean) => void
  /** How long to wait before the next try, in ms, after so many failures in a row. */
  backoffMs?: (failures: number) => number
  /** Go on after this event, where an earlier stream left off. */
  lastEventId?: string
}

/**
 * Follows the user's events through a signed request, since an EventSource can send no headers.
 * Connects again when the stream ends, with `Last-Event-ID`, so that nothing is missed; stops for
 * good where the server refuses.
 *
 * @returns how to stop
 */
export function followEvents({
  fetch,
  url = '/api/events',
  onEvent,
  onState,
  backoffMs = (failures) => Math.min(30_000, 500 * 2 ** failures),
  lastEventId = '',
}: EventStreamOptions): () => void {
  const controller = new AbortController()
  const { signal } = controller

  const parser = createParser({
    onEvent({ id, event, data }) {
      if (id) lastEventId = id
      const facts = JSON.parse(data) as Omit<SessionEvent, 'id' | 'kind'>
      onEvent({ ...facts, id: lastEventId, kind: event as SessionEvent['kind'] })
    },
  })

  /** Reads one connection to its end. Resolves with whether it may be tried again. */
  async function readOnce(): Promise<boolean> {
    const headers = {
      Accept: 'text/event-stream',
      ...(lastEventId && { 'Last-Event-ID': lastEventId }),
    }
    const response = await fetch(url, { headers, signal, cache: 'no-store' })
    if (!response.ok || !response.body) return response.status >= 500 || response.status === 429
    onState?.(true)
    const decoder = new TextDecoder()
    const reader = response.body.getReader()
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      parser.feed(decoder.decode(chunk.value, { stream: true }))
    }
    return true
  }

  async function run(): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      const startedAt = Date.now()
      const mayGoOn = await readOnce().catch(() => true)
      parser.reset()
      if (!signal.aborted) onState?.(false)
      if (!mayGoOn) return
      // A stream that lasted was no failure, however it ended.
      failures = Date.now() - startedAt > 5000 ? 0 : failures + 1
      await wait(backoffMs(failures), signal)
    }
  }

  void run()
  return () => controller.abort()
}

/**
 * A tab that signs out lets go of the stream, too: the next one waits until it has heard of that.
 */
const NEWS_MS = 300

/**
 * `followEvents` for all tabs of a browser: one of them holds the stream and tells the others, and
 * when it closes another takes over. Over HTTP/1.1 a browser opens six connections to a server, and
 * a stream in each tab would use them up.
 *
 * @param sid the session that the tabs share
 * @param lastEventId asked for when this tab takes the stream over
 * @returns how to stop
 */
export function shareEvents(
  sid: string,
  {
    lastEventId,
    ...options
  }: Omit<EventStreamOptions, 'lastEventId'> & { lastEventId: () => string },
): () => void {
  const name = `session-lock.events.${sid}`
  const controller = new AbortController()
  const { signal } = controller
  const channel = new BroadcastChannel(name)
  channel.onmessage = ({ data }) => options.onEvent(data as SessionEvent)

  let isTakenOver = false
  const lead = () =>
    new Promise<void>((resolve) => {
      const onEvent = (event: SessionEvent) => {
        options.onEvent(event)
        channel.postMessage(event)
      }
      let stop = () => {}
      const start = () => {
        stop = followEvents({ ...options, onEvent, lastEventId: lastEventId() })
      }
      const timer = setTimeout(start, isTakenOver ? NEWS_MS : 0)
      const end = () => (clearTimeout(timer), stop(), resolve())
      signal.addEventListener('abort', end, { once: true })
    })

  const locks = globalThis.navigator?.locks as LockManager | undefined
  // Stopped while it waits, the request for the lock rejects; that is all it says.
  void (locks ? locks.request(name, { signal }, lead) : lead()).catch(() => {})
  // Whoever gets the lock at once does so before this turn of the event loop is long over.
  setTimeout(() => (isTakenOver = true), 50)
  return () => {
    controller.abort()
    channel.close()
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
}
