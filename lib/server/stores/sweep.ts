import type { Db } from './sqlite'

/** How long events are kept. */
const EVENTS_KEPT_MS = 30 * 86_400_000

/**
 * Removes everything that is over at `now` (ms): replay claims, sessions, old events, and guests
 * with all they own. Their rows elsewhere are deleted by name, so that nothing hangs on a pragma.
 */
export async function sweep(db: Db, now: number): Promise<void> {
  await db.deleteFrom('replay_claims').where('expires_at', '<=', now).execute()
  await db.deleteFrom('sessions').where('expires_at', '<=', now).execute()
  await db
    .deleteFrom('events')
    .where('last_at', '<=', now - EVENTS_KEPT_MS)
    .execute()
  const gone = db.selectFrom('users').select('id').where('expires_at', '<=', now)
  for (const table of ['sessions', 'notes', 'events'] as const) {
    await db.deleteFrom(table).where('user_id', 'in', gone).execute()
  }
  await db.deleteFrom('users').where('expires_at', '<=', now).execute()
}
