import { sql, type Kysely } from 'kysely'
import type { Db } from '@/lib/server/stores/sqlite'

/**
 * DBSC's sessions and keys in the SQL store. The table is the lab's own and made on first use, so
 * that nothing of it stays behind where the lab is removed. Rows live an hour at most.
 */

/** What happened, as the server saw it. */
export interface DbscEvent {
  /** Milliseconds. */
  readonly at: number
  readonly kind: string
  readonly detail: string
}

export interface DbscSession {
  readonly sid: string
  readonly owner: string
  /** Seconds that a short-lived cookie lives. */
  readonly life_s: number
  /** base64url of the raw point; null until the browser has registered. */
  readonly public_key: string | null
  readonly cookie_expires_at: number | null
  readonly ended_at: number | null
  readonly expires_at: number
  readonly events: string
}

interface Table extends DbscSession {
  /** SHA-256 of the authorization that only the offer brought. */
  readonly ticket_hash: string
  /** SHA-256 of what only who signed in was told, to watch the session and to take it away. */
  readonly release_hash: string
}

const CREATE = `
  create table if not exists lab_dbsc_sessions (
    sid text primary key,
    owner text not null,
    ticket_hash text not null unique,
    release_hash text not null unique,
    life_s bigint not null,
    public_key text,
    cookie_expires_at bigint,
    ended_at bigint,
    expires_at bigint not null,
    events text not null
  )`

/** The newest events are kept, as many as this holds. */
const EVENTS_CHARACTERS = 4000

export type DbscStore = Awaited<ReturnType<typeof createDbscStore>>

export async function createDbscStore(server: Db) {
  const db: Kysely<{ lab_dbsc_sessions: Table }> = server.withTables<{
    lab_dbsc_sessions: Table
  }>() as never
  await sql.raw(CREATE).execute(db)
  const update = (sid: string) => db.updateTable('lab_dbsc_sessions').where('sid', '=', sid)
  const find = (column: 'sid' | 'ticket_hash' | 'release_hash', value: string) =>
    db.selectFrom('lab_dbsc_sessions').selectAll().where(column, '=', value).executeTakeFirst()

  return {
    async insert(
      session: Pick<Table, 'sid' | 'owner' | 'ticket_hash' | 'release_hash' | 'life_s'>,
      expiresAt: number,
    ) {
      const empty = { public_key: null, cookie_expires_at: null, ended_at: null, events: '' }
      await db
        .insertInto('lab_dbsc_sessions')
        .values({ ...session, ...empty, expires_at: expiresAt })
        .execute()
    },

    bySid: (sid: string) => find('sid', sid),
    byTicket: (hash: string) => find('ticket_hash', hash),
    byRelease: (hash: string) => find('release_hash', hash),

    /** Binds the session to a key, once: of any number of registrations one resolves with `true`. */
    async bind(sid: string, publicKey: string): Promise<boolean> {
      const { numUpdatedRows } = await update(sid)
        .set({ public_key: publicKey })
        .where('public_key', 'is', null)
        .where('ended_at', 'is', null)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },

    async noteCookie(sid: string, expiresAt: number): Promise<void> {
      await update(sid).set({ cookie_expires_at: expiresAt }).execute()
    },

    async end(sid: string, now: number): Promise<void> {
      await update(sid).set({ ended_at: now }).where('ended_at', 'is', null).execute()
    },

    async record(sid: string, { at, kind, detail }: DbscEvent): Promise<void> {
      const line = `${at} ${kind} ${detail.replaceAll(/[\s\0]+/g, ' ')}\n`
      const events = sql<string>`substr(events || ${line}, ${-EVENTS_CHARACTERS})`
      await update(sid).set({ events }).execute()
    },

    /** Takes a session away, with the challenges that it has used. */
    async remove(sid: string): Promise<void> {
      await db.deleteFrom('lab_dbsc_sessions').where('sid', '=', sid).execute()
      // A claim's id begins with its session's.
      const used = server.deleteFrom('replay_claims').where('id', '>=', `${sid}.`)
      await used.where('id', '<', `${sid}/`).execute()
    },

    async sweep(now: number): Promise<void> {
      await db.deleteFrom('lab_dbsc_sessions').where('expires_at', '<=', now).execute()
    },
  }
}

/** Events as they were recorded, oldest first; one that was cut off is left out. */
export function readEvents(lines: string): DbscEvent[] {
  return lines.split('\n').flatMap((line) => {
    const [, at, kind, detail] = line.match(/^(\d{13}) (\S+) (.*)$/) ?? []
    return at && kind ? [{ at: Number(at), kind, detail: detail ?? '' }] : []
  })
}
