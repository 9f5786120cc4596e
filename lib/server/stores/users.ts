import { randomId } from '@/lib/protocol/encoding'
import type { Db } from './sqlite'

export interface User {
  readonly id: string
  /** Null for a guest. */
  readonly username: string | null
}

/**
 * Two names are one where a reader would take them for one: NFKC, without case. Upper before lower,
 * because some letters meet only there (σ and ς).
 */
export function usernameKey(username: string): string {
  return username.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
}

/** Resolves with `undefined` where the name is taken. */
export async function createUser(
  db: Db,
  { username, passwordHash, now }: { username: string; passwordHash: string; now: number },
): Promise<User | undefined> {
  const id = randomId()
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('users')
    .values({
      id,
      username,
      username_key: usernameKey(username),
      password_hash: passwordHash,
      created_at: now,
      expires_at: null,
    })
    .onConflict((conflict) => conflict.column('username_key').doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows ? { id, username } : undefined
}

/** A guest, who goes at `expiresAt` (ms) with all that is the guest's. */
export async function createGuest(db: Db, now: number, expiresAt: number): Promise<User> {
  const id = randomId()
  await db
    .insertInto('users')
    .values({
      id,
      username: null,
      username_key: null,
      password_hash: null,
      created_at: now,
      expires_at: expiresAt,
    })
    .execute()
  return { id, username: null }
}

/** Gives a guest a name and a password, and so a place to come back to. */
export async function keepGuest(
  db: Db,
  { id, username, passwordHash }: { id: string; username: string; passwordHash: string },
): Promise<'kept' | 'taken' | 'no guest'> {
  const key = usernameKey(username)
  const { numUpdatedRows } = await db
    .updateTable('users')
    .set({ username, username_key: key, password_hash: passwordHash, expires_at: null })
    .where('id', '=', id)
    .where('username', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('users as other').select('other.id').where('other.username_key', '=', key),
        ),
      ),
    )
    .executeTakeFirst()
  if (numUpdatedRows > 0n) return 'kept'
  return (await findUser(db, id))?.username === null ? 'taken' : 'no guest'
}

/** The user whom a provider knows under this key, made on the first sign-in. */
export async function admitFromProvider(
  db: Db,
  { providerKey, login, now }: { providerKey: string; login: string; now: number },
): Promise<User> {
  const find = () =>
    db
      .selectFrom('users')
      .select(['id', 'username'])
      .where('provider_key', '=', providerKey)
      .executeTakeFirst()
  const known = await find()
  if (known) return known
  const provider = providerKey.split(':', 1)[0]
  // The plain name may be somebody else's here; the number is the provider's own and is not.
  for (const username of [`${login}@${provider}`, providerKey]) {
    await db
      .insertInto('users')
      .values({
        id: randomId(),
        username,
        username_key: usernameKey(username),
        password_hash: null,
        provider_key: providerKey,
        created_at: now,
        expires_at: null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const made = await find()
    if (made) return made
  }
  throw new Error('no name is left for this user of a provider')
}

export async function findUser(db: Db, id: string): Promise<User | undefined> {
  return db.selectFrom('users').select(['id', 'username']).where('id', '=', id).executeTakeFirst()
}

export async function findCredentials(
  db: Db,
  username: string,
): Promise<(User & { passwordHash: string }) | undefined> {
  const row = await db
    .selectFrom('users')
    .select(['id', 'username', 'password_hash'])
    .where('username_key', '=', usernameKey(username))
    .executeTakeFirst()
  return row?.password_hash
    ? { id: row.id, username: row.username, passwordHash: row.password_hash }
    : undefined
}
