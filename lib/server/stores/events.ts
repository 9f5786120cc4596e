import type { ErrorCode } from '@/lib/protocol/errors'
import type { EventsTable } from './schema'
import type { Db } from './sqlite'

/** What happened to a user's sessions: refused attempts, sign-ins and sign-outs. */
export interface NewEvent {
  readonly userId: string
  readonly sid: string
  readonly kind: EventsTable['kind']
  /** With `refused`. */
  readonly code?: ErrorCode
  /** Milliseconds. */
  readonly at: number
  readonly address: string
  readonly userAgent: string
  readonly method: string
  readonly path: string
}

/** Refusals of one session and code within this time are one event. */
const COALESCED_WITHIN_MS = 60_000

/** Writes an event. Refusals are counted into one row per session, code and minute. */
export async function recordEvent(db: Db, event: NewEvent): Promise<void> {
  await db
    .insertInto('events')
    .values(({ selectFrom, fn, lit }) => ({
      user_id: event.userId,
      sid: event.sid,
      kind: event.kind,
      code: event.code ?? '',
      bucket: String(Math.floor(event.at / COALESCED_WITHIN_MS)),
      count: 1,
      first_at: event.at,
      last_at: event.at,
      address: event.address,
      user_agent: event.userAgent,
      method: event.method,
      path: event.path,
      seq: selectFrom('events').select(({ eb }) =>
        eb(fn.coalesce(fn.max('seq'), lit(0)), '+', 1).as('next'),
      ),
    }))
    .onConflict((conflict) =>
      conflict.columns(['sid', 'kind', 'code', 'bucket']).doUpdateSet((set) => ({
        count: set('events.count', '+', 1),
        last_at: set.ref('excluded.last_at'),
        seq: set.ref('excluded.seq'),
        address: set.ref('excluded.address'),
        user_agent: set.ref('excluded.user_agent'),
        method: set.ref('excluded.method'),
        path: set.ref('excluded.path'),
      })),
    )
    .execute()
}

/** An event as its owner gets it. */
export interface SessionEvent {
  /** Grows with each event; a later occurrence of the same one moves it on. */
  readonly seq: number
  readonly userId: string
  readonly sid: string
  readonly kind: EventsTable['kind']
  readonly code: string
  readonly count: number
  /** Milliseconds, of the latest occurrence. */
  readonly at: number
  readonly address: string
  readonly userAgent: string
  readonly method: string
  readonly path: string
}

/** What happened after `seq`, to anybody or to one user, in its order. */
export async function eventsAfter(
  db: Db,
  seq: number,
  userId?: string,
  limit = 500,
): Promise<SessionEvent[]> {
  let query = db
    .selectFrom('events')
    .select(['seq', 'user_id as userId', 'sid', 'kind', 'code', 'count', 'last_at as at'])
    .select(['address', 'user_agent as userAgent', 'method', 'path'])
    .where('seq', '>', seq)
  if (userId !== undefined) query = query.where('user_id', '=', userId)
  return query.orderBy('seq').limit(limit).execute()
}

/** Where the events stand now. */
export async function latestSeq(db: Db): Promise<number> {
  const row = await db
    .selectFrom('events')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .executeTakeFirst()
  return row?.seq ?? 0
}
