// @vitest-environment node
import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SessionLockError, type ErrorCode } from '../protocol/errors'
import { createKeyStore, type KeyStore } from './key-store'
import { createSessionClient, type SessionClient } from './session-client'

const ORIGIN = 'https://app.example'

/** Answers of a server, by method and path; what is not named here is 204. */
let answers: Record<string, (request: Request) => Response>
let asked: string[]
let store: KeyStore
const stops: (() => void)[] = []

beforeEach(() => {
  let count = 0
  const born = () =>
    Response.json({ token: 'a.b.c', sid: `sid-${++count}`, expiresAt: 2e12 }, { status: 201 })
  answers = {
    'GET /api/session/challenge': () => Response.json({ challenge: 'x', serverTime: Date.now() }),
    'POST /api/session': born,
    'GET /api/session': () =>
      Response.json({ user: { username: 'Ada' }, session: { sid: `sid-${count}` } }),
  }
  asked = []
  const kept = new Map<string, string>()
  vi.stubGlobal('isSecureContext', true)
  vi.stubGlobal('location', { origin: ORIGIN })
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  })
  // A page resolves paths against its own address; Node has none.
  const NodeRequest = Request
  vi.stubGlobal(
    'Request',
    class extends NodeRequest {
      constructor(input: RequestInfo | URL, init?: RequestInit) {
        super(typeof input === 'string' ? new URL(input, ORIGIN) : input, init)
      }
    },
  )
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    const key = `${request.method} ${new URL(request.url).pathname}`
    asked.push(key)
    return answers[key]?.(request) ?? new Response(null, { status: 204 })
  })
  store = createKeyStore(`test-${Math.random()}`)
})
afterEach(() => {
  stops.splice(0).forEach((stop) => stop())
  vi.unstubAllGlobals()
})

function started(): SessionClient {
  const client = createSessionClient({ origin: ORIGIN, store })
  stops.push(client.start())
  return client
}

const refusing = (code: ErrorCode) => () => new SessionLockError(code).toResponse(Date.now())
const statusOf = (client: SessionClient) => client.getState().status

describe('signing in', () => {
  it('keeps the session, its key and a copy of the token', async () => {
    const client = started()
    await client.signIn({ guest: true })
    expect(client.getState()).toMatchObject({
      status: 'signed-in',
      session: { sid: 'sid-1', token: 'a.b.c' },
      user: { username: null },
    })
    expect(await store.readLive()).toMatchObject({ sid: 'sid-1' })
    expect(localStorage.getItem('session-lock.token')).toBe('a.b.c')
  })

  it('learns how the name is spelled there', async () => {
    const client = started()
    await client.signIn({ username: 'ADA', password: 'correct horse' })
    expect(client.getState().user).toEqual({ username: 'Ada' })
    expect((await store.readLive())?.user).toEqual({ username: 'Ada' })
  })

  it('that fails leaves the live session alone', async () => {
    const client = started()
    await client.signIn({ guest: true })
    answers['POST /api/session'] = refusing('ERR_CREDENTIALS')
    const attempt = client.signIn({ username: 'ada', password: 'wrong password' })
    await expect(attempt).rejects.toMatchObject({ code: 'ERR_CREDENTIALS', status: 401 })
    expect(client.getState().session?.sid).toBe('sid-1')
    expect((await store.readLive())?.sid).toBe('sid-1')
  })

  it('goes through though the client was stopped meanwhile, and others hear of it', async () => {
    const [leaving, staying] = [started(), started()]
    stops.splice(0, 1).forEach((stop) => stop())
    await leaving.signIn({ guest: true })
    await expect.poll(() => staying.getState().session?.sid).toBe('sid-1')
  })

  it("as somebody else carries nothing of the other's over", async () => {
    const client = started()
    await client.signIn({ guest: true })
    await client.fetch('/api/notes')
    expect(client.getState().lastExchange?.url).toBe(`${ORIGIN}/api/notes`)
    await client.signIn({ guest: true })
    expect(client.getState().session?.sid).toBe('sid-2')
    expect(client.getState().lastExchange).toBeUndefined()
  })
})

describe('signing out', () => {
  it('waits for the session to be read first', async () => {
    const first = started()
    await first.signIn({ guest: true })
    const second = started()
    await second.signOut()
    expect(asked.at(-1)).toBe('DELETE /api/session')
    expect(await store.readLive()).toBeUndefined()
  })

  it.each<[string, () => Response]>([
    ['a store that is down', refusing('ERR_STORE_UNAVAILABLE')],
    ['a foreign origin', refusing('ERR_ORIGIN')],
  ])('destroys the key and says that the server did not agree: %s', async (_name, answer) => {
    const client = started()
    await client.signIn({ guest: true })
    answers['DELETE /api/session'] = answer
    await expect(client.signOut()).rejects.toThrow()
    expect(statusOf(client)).toBe('signed-out')
    expect(await store.readLive()).toBeUndefined()
  })

  it('is done where the session is over already', async () => {
    const client = started()
    await client.signIn({ guest: true })
    answers['DELETE /api/session'] = refusing('ERR_SESSION_REVOKED')
    await client.signOut()
    expect(statusOf(client)).toBe('signed-out')
  })

  it('reaches the other tabs', async () => {
    const [one, two] = [started(), started()]
    await one.signIn({ guest: true })
    await expect.poll(() => statusOf(two)).toBe('signed-in')
    await two.signOut()
    await expect.poll(() => statusOf(one)).toBe('signed-out')
  })
})

describe('a session that is over', () => {
  it.each(['ERR_SESSION_REVOKED', 'ERR_TOKEN_EXPIRED', 'ERR_TOKEN_INVALID'] as const)(
    'ends with %s, and says so',
    async (code) => {
      const client = started()
      await client.signIn({ guest: true })
      answers['GET /api/notes'] = refusing(code)
      await client.fetch('/api/notes')
      await expect
        .poll(() => client.getState())
        .toMatchObject({ status: 'signed-out', endedBy: code })
      expect(localStorage.getItem('session-lock.token')).toBeNull()
    },
  )

  it('does not end with a refusal that says nothing of it', async () => {
    const client = started()
    await client.signIn({ guest: true })
    answers['GET /api/notes'] = refusing('ERR_PROOF_INVALID')
    await client.fetch('/api/notes')
    expect(statusOf(client)).toBe('signed-in')
  })

  it('ends where a cookie and a key are of two sign-ins', async () => {
    const client = started()
    await client.signIn({ guest: true }, { carrier: 'cookie' })
    answers['GET /api/notes'] = refusing('ERR_PROOF_INVALID')
    await client.fetch('/api/notes')
    await expect.poll(() => statusOf(client)).toBe('signed-out')
  })

  it('ends here though the storage fails', async () => {
    const client = started()
    await client.signIn({ guest: true })
    vi.spyOn(store, 'clear').mockRejectedValue(new Error('storage'))
    answers['GET /api/notes'] = refusing('ERR_SESSION_REVOKED')
    await client.fetch('/api/notes')
    await expect.poll(() => statusOf(client)).toBe('signed-out')
  })
})

describe('a browser that holds no session', () => {
  it.each([
    ['insecure-context', () => vi.stubGlobal('isSecureContext', false)],
    ['wrong-origin', () => vi.stubGlobal('location', { origin: 'http://127.0.0.1' })],
    ['no-storage', () => vi.stubGlobal('indexedDB', undefined)],
    ['no-storage', () => vi.spyOn(store, 'readLive').mockRejectedValue(new Error('denied'))],
  ] as const)('is told why: %s', async (unsupported, spoil) => {
    spoil()
    const client = started()
    await expect.poll(() => client.getState()).toMatchObject({ status: 'unsupported', unsupported })
  })

  it('tells a lost key from no session', async () => {
    const none = started()
    await expect.poll(() => none.getState().keyHealth).toBe('none')
    await expect.poll(() => statusOf(none)).toBe('signed-out')
    localStorage.setItem('session-lock.token', 'a.b.c')
    const lost = started()
    await expect.poll(() => lost.getState().keyHealth).toBe('lost')
  })
})
