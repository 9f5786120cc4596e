import type { SessionStore, StoredSession } from '@/lib/protocol/stores'
import type { Carrier, Profile } from '@/lib/protocol/types'
import type { SessionsTable } from './schema'
import type { Db } from './sqlite'

export interface NewSession {
  readonly sid: string
  readonly userId: string
  readonly profile: Profile
  readonly carrier: Carrier
  readonly jkt: string
  readonly publicKey: string
  readonly cookieHash: string | null
  readonly userAgent: string
  /** Milliseconds. */
  readonly createdAt: number
  /** Milliseconds. */
  readonly expiresAt: number
}

export async function insertSession(db: Db, session: NewSession): Promise<void> {
  await db
    .insertInto('sessions')
    .values({
      sid: session.sid,
      user_id: session.userId,
      profile: session.profile,
      carrier: session.carrier,
      jkt: session.jkt,
      public_key: session.publicKey,
      cookie_hash: session.cookieHash,
      user_agent: session.userAgent,
      created_at: session.createdAt,
      last_seen_at: session.createdAt,
      expires_at: session.expiresAt,
      revoked_at: null,
    })
    .execute()
}

/** The sessions as the verifier asks for them. */
export function createSessionStore(db: Db): SessionStore {
  const columns = [
    'sid',
    'user_id',
    'profile',
    'carrier',
    'public_key',
    'expires_at',
    'revoked_at',
  ] as const
  const select = db.selectFrom('sessions').select(columns)
  const read = (row: Pick<SessionsTable, (typeof columns)[number]>): StoredSession => ({
    sid: row.sid,
    sub: row.user_id,
    profile: row.profile,
    carrier: row.carrier,
    publicKey: row.public_key,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  })
  return {
    async find(sid) {
      const row = await select.where('sid', '=', sid).executeTakeFirst()
      return row && read(row)
    },
    async findByCookie(cookieHash) {
      const row = await select.where('cookie_hash', '=', cookieHash).executeTakeFirst()
      return row && read(row)
    },
  }
}

/** The thumbprint of the key that a session is bound to. */
export async function findJkt(db: Db, sid: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('sessions')
    .select('jkt')
    .where('sid', '=', sid)
    .executeTakeFirst()
  return row?.jkt
}

/** Notes that a session was used, once a minute at most. */
export async function touchSession(db: Db, sid: string, now: number): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ last_seen_at: now })
    .where('sid', '=', sid)
    .where('last_seen_at', '<', now - 60_000)
    .execute()
}

const MOST_LISTED = 100

/** The user's sessions that stand, the latest first. */
export async function listSessions(db: Db, userId: string, now: number) {
  return db
    .selectFrom('sessions')
    .select([
      'sid',
      'profile',
      'carrier',
      'jkt',
      'created_at as createdAt',
      'last_seen_at as lastSeenAt',
      'user_agent as userAgent',
    ])
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .limit(MOST_LISTED)
    .execute()
}

/** Whether there was such a session of this user's, and it stood. */
export async function revokeSession(
  db: Db,
  { sid, userId, now }: { sid: string; userId: string; now: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sessions')
    .set({ revoked_at: now })
    .where('sid', '=', sid)
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
