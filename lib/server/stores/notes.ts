import { randomId } from '@/lib/protocol/encoding'
import type { Db } from './sqlite'

/** As many as one user may have, so that a list is never more than a server can say at once. */
const MOST_NOTES = 200

/** Notes: the user's own data behind the lock. */
export interface Note {
  readonly id: string
  readonly text: string
  /** Milliseconds. */
  readonly createdAt: number
}

export async function listNotes(db: Db, userId: string): Promise<Note[]> {
  return db
    .selectFrom('notes')
    .select(['id', 'text', 'created_at as createdAt'])
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(MOST_NOTES)
    .execute()
}

/** Resolves with `undefined` where the user has as many as there may be. */
export async function insertNote(
  db: Db,
  { userId, text, now }: { userId: string; text: string; now: number },
): Promise<Note | undefined> {
  const { count } = await db
    .selectFrom('notes')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow()
  if (count >= MOST_NOTES) return undefined
  const note = { id: randomId(), text, createdAt: now }
  await db
    .insertInto('notes')
    .values({ id: note.id, user_id: userId, text, created_at: now })
    .execute()
  return note
}

/** Whether there was such a note of this user's. */
export async function deleteNote(db: Db, userId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('notes')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
