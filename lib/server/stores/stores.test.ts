import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SqliteDatabase } from 'kysely'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { eventsAfter, latestSeq, recordEvent, type NewEvent } from './events'
import { deleteNote, insertNote, listNotes } from './notes'
import { createSqlReplayStore } from './replay'
import {
  createSessionStore,
  insertSession,
  listSessions,
  revokeSession,
  touchSession,
} from './sessions'
import { guard, openSqlite, type Db } from './sqlite'
import { sweep } from './sweep'
import { createGuest, createUser, findCredentials, findUser } from './users'

const folder = mkdtempSync(join(tmpdir(), 'session-lock-stores-'))
afterAll(() => rmSync(folder, { recursive: true }))

const NOW = 1_790_000_000_000
let db: Db
beforeEach(() => {
  db = openSqlite(':memory:')
})

const addSession = (userId: string, sid: string, changes: object = {}) =>
  insertSession(db, {
    ...{ sid, userId, profile: 2, carrier: 'header', jkt: 'jkt', publicKey: 'key' },
    ...{ cookieHash: null, userAgent: 'test', createdAt: NOW, expiresAt: NOW + 1000 },
    ...changes,
  })

describe('the guard', () => {
  it('lets text, safe integers and null through to the driver, and nothing else', () => {
    const bound: unknown[] = []
    const statement = {
      reader: false,
      all: (values: readonly unknown[]) => [bound.push(...values)],
      run: (values: readonly unknown[]) => (
        bound.push(...values),
        { changes: 0, lastInsertRowid: 0 }
      ),
      iterate: () => [][Symbol.iterator](),
    }
    const guarded = guard({ close() {}, prepare: () => statement } as unknown as SqliteDatabase)
    const { run } = guarded.prepare('')
    const refused = [true, false, undefined, 'a\0b', 'a\ud800', 1.5, NaN, 2 ** 53, 1n]
    for (const value of [...refused, {}, [], new Date(), Symbol('s'), new Uint8Array(1)]) {
      expect(() => run([value])).toThrow(TypeError)
    }
    run(['', 'é 😀', 0, -1, 2 ** 53 - 1, null])
    expect(bound).toHaveLength(6)
  })
})

describe('the schema', () => {
  it('is made once by four processes that start together, again and again', async () => {
    const rounds = 20
    const script = `
      import { createServer } from 'vite'
      const vite = await createServer({ configFile: false, server: { middlewareMode: true, ws: false }, resolve: { alias: { '@': process.cwd() } }, logLevel: 'silent', appType: 'custom' })
      const { openSqlite } = await vite.ssrLoadModule('/lib/server/stores/sqlite.ts')
      process.stdout.write('ready')
      const start = Number(await new Promise((resolve) => process.stdin.once('data', resolve)))
      for (let round = 0; round < ${rounds}; round++) {
        while (Date.now() < start + round * 100);
        openSqlite(${JSON.stringify(folder)} + '/together-' + round + '.db')
      }
      process.exit(0)`
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' }),
    )
    let said = ''
    for (const { stderr } of children) stderr.on('data', (text) => (said += text))
    await Promise.all(
      children.map(({ stdout }) => new Promise((resolve) => stdout.once('data', resolve))),
    )
    const ended = children.map((child) => new Promise((resolve) => child.once('exit', resolve)))
    for (const { stdin } of children) stdin.write(String(Date.now() + 200))
    expect(await Promise.all(ended), said).toEqual([0, 0, 0, 0])
    for (let round = 0; round < rounds; round++) {
      const opened = openSqlite(join(folder, `together-${round}.db`))
      expect(await opened.selectFrom('users').selectAll().execute()).toEqual([])
    }
  }, 60_000)

  it('stays as it is when it is opened again', async () => {
    const path = join(folder, 'again.db')
    await createGuest(openSqlite(path), NOW, NOW + 1)
    expect(await openSqlite(path).selectFrom('users').selectAll().execute()).toHaveLength(1)
  })
})

describe('users', () => {
  it('are found by name in any case and composition, and named once', async () => {
    const user = await createUser(db, { username: 'Café', passwordHash: 'hash', now: NOW })
    expect(await findCredentials(db, 'CAFE\u0301')).toEqual({ ...user, passwordHash: 'hash' })
    const twin = { username: 'cafe\u0301', passwordHash: 'other', now: NOW }
    expect(await createUser(db, twin)).toBeUndefined()
    expect(await findCredentials(db, 'nobody')).toBeUndefined()
    await createUser(db, { username: 'ΟΔΟΣ', passwordHash: 'hash', now: NOW })
    for (const same of ['οδος', 'οδοσ']) {
      expect(await createUser(db, { username: same, passwordHash: 'h', now: NOW })).toBeUndefined()
    }
  })

  it('may be many guests, without names', async () => {
    const [a, b] = [await createGuest(db, NOW, NOW + 1), await createGuest(db, NOW, NOW + 1)]
    expect(a.id).not.toBe(b.id)
    expect(await findUser(db, a.id)).toEqual({ id: a.id, username: null })
  })
})

describe('replay claims', () => {
  it('have one winner of a hundred at the same instant', async () => {
    const replay = createSqlReplayStore(db)
    const won = await Promise.all(Array.from({ length: 100 }, () => replay.claim('id', NOW)))
    expect(won.filter(Boolean)).toHaveLength(1)
    expect(await replay.claim('another', NOW)).toBe(true)
  })

  it('have one winner over two connections to one file', async () => {
    const path = join(folder, 'replay.db')
    const stores = [createSqlReplayStore(openSqlite(path)), createSqlReplayStore(openSqlite(path))]
    const won = await Promise.all(
      Array.from({ length: 50 }, (_, i) => stores[i % 2]!.claim('id', NOW)),
    )
    expect(won.filter(Boolean)).toHaveLength(1)
  })

  it('reject where the database is gone, and are no pass', async () => {
    const replay = createSqlReplayStore(db)
    await replay.claim('first', NOW)
    await db.destroy()
    await expect(replay.claim('id', NOW)).rejects.toThrow()
  })
})

describe('sessions', () => {
  it('are revoked by their owner, once', async () => {
    const [owner, other] = [
      await createGuest(db, NOW, NOW + 1),
      await createGuest(db, NOW, NOW + 1),
    ]
    await addSession(owner.id, 'sid')
    const revoke = (userId: string) => revokeSession(db, { sid: 'sid', userId, now: NOW })
    expect(await revoke(other.id)).toBe(false)
    expect((await createSessionStore(db).find('sid'))?.revokedAt).toBeNull()
    expect(await revoke(owner.id)).toBe(true)
    expect((await createSessionStore(db).find('sid'))?.revokedAt).toBe(NOW)
    expect(await revoke(owner.id)).toBe(false)
    expect(await listSessions(db, owner.id, NOW)).toEqual([])
  })

  it('are found by the hash of their cookie', async () => {
    const { id } = await createGuest(db, NOW, NOW + 1)
    await addSession(id, 'sid', { cookieHash: 'hash', carrier: 'cookie' })
    expect(await createSessionStore(db).findByCookie('hash')).toMatchObject({ sid: 'sid', sub: id })
    expect(await createSessionStore(db).findByCookie('another')).toBeUndefined()
  })

  it('say when they were used, to the minute', async () => {
    const { id } = await createGuest(db, NOW, NOW + 1)
    await addSession(id, 'sid', { expiresAt: NOW + 1e6 })
    const lastSeen = async () => (await listSessions(db, id, NOW))[0]?.lastSeenAt
    await touchSession(db, 'sid', NOW + 59_000)
    expect(await lastSeen()).toBe(NOW)
    await touchSession(db, 'sid', NOW + 61_000)
    expect(await lastSeen()).toBe(NOW + 61_000)
  })
})

describe('notes', () => {
  it("are their user's alone", async () => {
    const [a, b] = [await createGuest(db, NOW, NOW + 1), await createGuest(db, NOW, NOW + 1)]
    const note = (await insertNote(db, { userId: a.id, text: 'mine', now: NOW }))!
    expect(await listNotes(db, b.id)).toEqual([])
    expect(await deleteNote(db, b.id, note.id)).toBe(false)
    expect(await listNotes(db, a.id)).toEqual([note])
    expect(await deleteNote(db, a.id, note.id)).toBe(true)
    expect(await deleteNote(db, a.id, note.id)).toBe(false)
  })
})

describe('as many notes as there may be', () => {
  it('are kept, and not one more', async () => {
    const { id } = await createGuest(db, NOW, NOW + 1)
    const add = () => insertNote(db, { userId: id, text: 'x', now: NOW })
    for (let i = 0; i < 200; i++) expect(await add()).toBeDefined()
    expect(await add()).toBeUndefined()
    expect(await listNotes(db, id)).toHaveLength(200)
  })
})

const refusal = (userId: string, changes: Partial<NewEvent> = {}): NewEvent => ({
  ...{ userId, sid: 'sid', kind: 'refused', code: 'ERR_PROOF_INVALID', at: NOW },
  ...{ address: '192.0.2.1', userAgent: 'thief', method: 'GET', path: '/api/notes' },
  ...changes,
})

describe('events', () => {
  it('count refusals of one session and code within a minute as one', async () => {
    const { id } = await createGuest(db, NOW, NOW + 1)
    for (const at of [NOW, NOW + 1000, NOW + 2000]) await recordEvent(db, refusal(id, { at }))
    await recordEvent(db, refusal(id, { code: 'ERR_PROOF_REPLAYED' }))
    await recordEvent(db, refusal(id, { at: NOW + 120_000 }))
    const events = await eventsAfter(db, 0, id)
    expect(events.map(({ code, count, seq, at }) => [code, count, seq, at])).toEqual([
      ['ERR_PROOF_INVALID', 3, 3, NOW + 2000],
      ['ERR_PROOF_REPLAYED', 1, 4, NOW],
      ['ERR_PROOF_INVALID', 1, 5, NOW + 120_000],
    ])
    expect(await latestSeq(db)).toBe(5)
  })

  it('tell what happened since, counted again or new', async () => {
    const { id } = await createGuest(db, NOW, NOW + 1)
    await recordEvent(db, refusal(id))
    await recordEvent(db, refusal(id, { kind: 'signed-out', code: undefined }))
    const seen = await latestSeq(db)
    expect(await eventsAfter(db, seen)).toEqual([])
    await recordEvent(db, refusal(id, { address: '192.0.2.2' }))
    expect(await eventsAfter(db, seen)).toMatchObject([{ count: 2, address: '192.0.2.2' }])
    expect(await eventsAfter(db, seen, 'another')).toEqual([])
  })
})

describe('the sweep', () => {
  it('removes what is over, and guests with all they own; it leaves the rest', async () => {
    const guest = await createGuest(db, NOW, NOW + 1000)
    const user = (await createUser(db, { username: 'u', passwordHash: 'h', now: NOW }))!
    for (const [id, sid] of [
      [guest.id, 'guest-sid'],
      [user.id, 'user-sid'],
    ] as const) {
      await addSession(id, sid)
      await insertNote(db, { userId: id, text: 'note', now: NOW })
      await recordEvent(db, refusal(id, { sid }))
    }
    await createSqlReplayStore(db).claim('claim', NOW + 1000)
    const count = async () =>
      Promise.all(
        (['users', 'sessions', 'notes', 'events', 'replay_claims'] as const).map(
          async (table) => (await db.selectFrom(table).selectAll().execute()).length,
        ),
      )
    await sweep(db, NOW + 999)
    expect(await count()).toEqual([2, 2, 2, 2, 1])
    await sweep(db, NOW + 1000)
    expect(await count()).toEqual([1, 0, 1, 1, 0])
    await sweep(db, NOW + 31 * 86_400_000)
    expect(await count()).toEqual([1, 0, 1, 0, 0])
  })
})
