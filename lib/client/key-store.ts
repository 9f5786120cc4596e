import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import { createKeyPair } from '../protocol/enrol'
import type { Credential } from '../protocol/types'

/**
 * Where the browser keeps the session: IndexedDB, one slot, shared by all tabs and readable by a
 * worker. The private key lies there as a handle that signs and cannot be exported.
 */

export interface SessionUser {
  /** Null for a guest. */
  readonly username: string | null
}

/** The session of this browser. */
export interface LiveSession extends Credential {
  /** Milliseconds, by the server's clock. */
  readonly expiresAt: number
  /** What the server's clock is ahead of this browser's, in ms. */
  readonly clockOffset: number
  readonly user: SessionUser
}

export interface KeyStore {
  readLive(): Promise<LiveSession | undefined>
  /** The key of a sign-in that has not succeeded yet; tabs that ask at once get the same one. */
  getPendingKey(): Promise<CryptoKeyPair>
  /** Puts a session in the place of the live one. Only here does a new key replace an old one. */
  commit(session: LiveSession): Promise<void>
  /** Writes what was learnt of a session, if it is still the live one. */
  update(sid: string, changes: Partial<Pick<LiveSession, 'clockOffset' | 'user'>>): Promise<void>
  /** Removes a session with its key, if it is still the live one. */
  clear(sid: string): Promise<void>
}

interface Schema extends DBSchema {
  live: { key: 'session'; value: LiveSession }
  pending: { key: 'key'; value: CryptoKeyPair }
}

/** Rejects where the browser keeps no IndexedDB for this page. */
export function createKeyStore(name = 'session-lock'): KeyStore {
  let opening: Promise<IDBPDatabase<Schema>> | undefined

  function open(): Promise<IDBPDatabase<Schema>> {
    opening ??= openDB<Schema>(name, 1, {
      upgrade(db) {
        db.createObjectStore('live')
        db.createObjectStore('pending')
      },
      // Another tab wants to upgrade or delete the database: let go, and open anew when asked.
      blocking(_current, _blocked, event) {
        ;(event.target as IDBDatabase).close()
        opening = undefined
      },
      terminated() {
        opening = undefined
      },
    }).catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }

  return {
    async readLive() {
      return (await open()).get('live', 'session')
    },

    async getPendingKey() {
      const db = await open()
      // Generate outside the transaction: it would commit by itself while we wait.
      const fresh = await createKeyPair()
      const tx = db.transaction('pending', 'readwrite')
      const existing = await tx.store.get('key')
      if (!existing) await tx.store.put(fresh, 'key')
      await tx.done
      return existing ?? fresh
    },

    async commit(session) {
      const tx = (await open()).transaction(['live', 'pending'], 'readwrite')
      await Promise.all([
        tx.objectStore('live').put(session, 'session'),
        tx.objectStore('pending').delete('key'),
        tx.done,
      ])
    },

    async update(sid, changes) {
      const tx = (await open()).transaction('live', 'readwrite')
      const live = await tx.store.get('session')
      if (live?.sid === sid) await tx.store.put({ ...live, ...changes }, 'session')
      await tx.done
    },

    async clear(sid) {
      const tx = (await open()).transaction('live', 'readwrite')
      if ((await tx.store.get('session'))?.sid === sid) await tx.store.delete('session')
      await tx.done
    },
  }
}
