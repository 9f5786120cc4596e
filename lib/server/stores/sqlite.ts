import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Kysely, SqliteDialect, type SqliteDatabase, type SqliteStatement } from 'kysely'
import Database from 'libsql'
import { SessionLockError } from '@/lib/protocol/errors'
import { MIGRATIONS, type Tables } from './schema'

export type Db = Kysely<Tables>

/**
 * Opens the SQLite file and brings its schema up to date. Safe with several processes starting at
 * once: the migration holds the write lock from before it looks.
 *
 * @param path a file, made with its folders if it is not there, or `:memory:`
 */
export function openSqlite(path: string): Db {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
  const database = new Database(path)
  database.exec(`pragma busy_timeout = ${PATIENCE_MS}`)
  switchToWriteAheadLog(database)
  database.exec('pragma synchronous = normal')
  database.exec('pragma foreign_keys = on')
  migrate(database)
  return new Kysely<Tables>({
    dialect: new SqliteDialect({ database: guard(database as unknown as SqliteDatabase) }),
  })
}

const PATIENCE_MS = 5000
const PAUSE_MS = 10

/** Where two processes change the journal's mode at once, SQLite turns one away without waiting. */
function switchToWriteAheadLog(database: InstanceType<typeof Database>): void {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      database.exec('pragma journal_mode = wal')
      return
    } catch (error) {
      const isBusy = (error as { code?: string }).code?.startsWith('SQLITE_BUSY')
      if (!isBusy || Date.now() > until) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS)
    }
  }
}

function migrate(database: InstanceType<typeof Database>): void {
  database.exec('begin immediate')
  try {
    database.exec('create table if not exists migrations (version integer primary key)')
    const row = database.prepare('select max(version) as version from migrations').get()
    const applied = (row as { version: number | null }).version ?? 0
    MIGRATIONS.slice(applied).forEach((sql, i) => {
      database.exec(sql)
      database.prepare('insert into migrations values (?)').run([applied + i + 1])
    })
    database.exec('commit')
  } catch (error) {
    database.exec('rollback')
    throw error
  }
}

/**
 * Lets nothing through to the driver but text, safe integers and null: a bound boolean aborts the
 * process, a NUL cuts a text short (`driver.test.ts` shows each).
 */
export function guard(database: SqliteDatabase): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare(sql: string): SqliteStatement {
      const statement = database.prepare(sql)
      return {
        reader: statement.reader,
        all: (values) => drive(() => statement.all(checked(values))),
        run: (values) => drive(() => statement.run(checked(values))),
        iterate: (values) => drive(() => statement.iterate(checked(values))),
      }
    },
  }
}

/** A failure of the driver is the store's, whoever asked: ERR_STORE_UNAVAILABLE. */
function drive<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof TypeError) throw cause
    throw new SessionLockError('ERR_STORE_UNAVAILABLE', { cause, retryAfterS: 5 })
  }
}

function checked(values: readonly unknown[]): readonly unknown[] {
  for (const value of values) {
    const isText = typeof value === 'string' && !value.includes('\0') && value.isWellFormed()
    if (!isText && !Number.isSafeInteger(value) && value !== null) {
      throw new TypeError(`a ${typeof value} of this kind must not reach the database`)
    }
  }
  return values
}
