import type { VerifiedSession } from '@/lib/protocol/verify'
import { rings, isErrorCode } from '@/lib/protocol/errors'
import { getEventFeed } from './event-feed'
import type { SessionCall } from './with-session'
import { eventsAfter, type SessionEvent } from './stores/events'
import type { Server } from './server'

/** `text/event-stream` (HTML, server-sent events) of what happens to a user's sessions. */

/** An open stream ends then, and is asked for anew, signed anew. */
const LONGEST_MS = 10 * 60_000
/** How often an open stream makes sure that its session stands. */
const CHECK_EVERY_MS = 1000
/** A comment in silence, so that a connection that is gone is noticed. */
const HEARTBEAT_EVERY_MS = 15_000

/**
 * Streams what happens from now on, or after the event that `Last-Event-ID` names. Ends within 2 s
 * of the session's revocation, at its end, and after 10 minutes.
 */
export function streamEvents({ server, session, request, now }: SessionCall): Response {
  const last = request.headers.get('last-event-id')
  const after = last !== null && /^\d{1,15}$/.test(last) ? Number(last) : undefined
  const until = Math.min(session.expiresAt, now + LONGEST_MS)
  const body = createStream(server, session, until, after, request.signal)
  return new Response(body, { headers: { 'Content-Type': 'text/event-stream; charset=utf-8' } })
}

function createStream(
  { db, sessions }: Server,
  session: VerifiedSession,
  until: number,
  after: number | undefined,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let stop = () => {}
  return new ReadableStream<Uint8Array>({
    async start(controller) {
      let sent = after ?? 0
      let isOver = false
      const send = (text: string) => controller.enqueue(encoder.encode(text))
      const tell = (event: SessionEvent) => {
        if (isOver || event.seq <= sent) return
        sent = event.seq
        send(render(event, session.sid))
        if (event.kind === 'signed-out' && event.sid === session.sid) end()
      }
      const unfollow = getEventFeed(db).follow(session.sub, tell)
      const checks = setInterval(async () => {
        const stored = await sessions.find(session.sid).catch(() => undefined)
        if (stored?.revokedAt !== null || Date.now() >= until) end()
      }, CHECK_EVERY_MS)
      const heartbeat = setInterval(() => send(':\n\n'), HEARTBEAT_EVERY_MS)
      stop = () => {
        unfollow()
        clearInterval(checks)
        clearInterval(heartbeat)
        stop = () => {}
      }
      const end = () => {
        stop()
        // Closing twice throws, and the reader may have gone first.
        if (!isOver && !signal.aborted) controller.close()
        isOver = true
      }
      signal.addEventListener('abort', () => {
        isOver = true
        stop()
      })
      send('retry: 1000\n\n')
      if (after !== undefined) {
        for (const event of await eventsAfter(db, after, session.sub)) tell(event)
      }
    },
    cancel: () => stop(),
  })
}

function render(event: SessionEvent, ownSid: string): string {
  const { seq, userId: _, code, ...facts } = event
  const data = {
    ...facts,
    ...(isErrorCode(code) && { code, rings: rings(code) }),
    current: event.sid === ownSid,
  }
  return `id: ${seq}\nevent: ${event.kind}\ndata: ${JSON.stringify(data)}\n\n`
}
