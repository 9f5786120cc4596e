import type { ReplayStore } from '@/lib/protocol/stores'
import type { Db } from './sqlite'

/** The replay memory in SQL: one insert, which one of any number of simultaneous ones wins. */
export function createSqlReplayStore(db: Db): ReplayStore {
  return {
    async claim(id, expiresAt) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('replay_claims')
        .values({ id, expires_at: Math.ceil(expiresAt) })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirst()
      return numInsertedOrUpdatedRows === 1n
    },
  }
}
