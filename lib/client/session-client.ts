import type { ErrorCode } from '../protocol/errors'
import { createBoundFetch, readProblem, type Exchange } from './bound-fetch'
import { createKeyStore, type KeyStore, type LiveSession, type SessionUser } from './key-store'
import { createEntrance, RefusedError, type SessionForm, type SignIn } from './sign-in'
import { createStatementClock } from './statement-clock'

/** The session of a browser, without React: what a hook, a worker or a test drives. */

/** Why this browser, or this page, cannot hold a session. */
export type Unsupported = 'insecure-context' | 'wrong-origin' | 'no-storage'

export interface SessionState {
  readonly status: 'loading' | 'signed-out' | 'signed-in' | 'unsupported'
  /** With `signed-in`. */
  readonly user?: SessionUser
  /** With `signed-in`. The token is absent with the cookie carrier. */
  readonly session?: Pick<LiveSession, 'sid' | 'token' | 'profile' | 'carrier' | 'expiresAt'>
  /** `lost`: the browser still has a token, and its key is gone (storage was cleared, or evicted). */
  readonly keyHealth: 'none' | 'ok' | 'lost' | 'unavailable'
  /** With `unsupported`. */
  readonly unsupported?: Unsupported
  /** With `signed-out`: the refusal that ended the session. */
  readonly endedBy?: ErrorCode
  /** The last request that was signed for this session. */
  readonly lastExchange?: Exchange
}

export interface SessionClient {
  /** The same object until something changes. */
  getState(): SessionState
  /** Calls back after each change; returns how to stop. */
  subscribe(listener: () => void): () => void
  /**
   * Reads the session that the browser holds, and follows what other tabs do with it.
   * Returns how to stop following.
   */
  start(): () => void
  /** `fetch`, each request proved with the session's key. */
  readonly fetch: typeof globalThis.fetch
  /**
   * Signs in with a new key, which takes the live one's place only if it succeeds.
   * Rejects with a RefusedError, its `code` as the server said.
   */
  signIn(who: SignIn, form?: SessionForm): Promise<void>
  /**
   * Leaves the page for a provider, such as `github`. The way back ends in a ticket, which `signIn`
   * redeems; it is bound to the key that this browser enrols here.
   */
  signInWith(provider: string): Promise<void>
  /**
   * Revokes the session and removes its key. The key is gone here in any case; rejects where the
   * server did not hear of it, or did not agree.
   */
  signOut(): Promise<void>
  /** Removes a session that is known to be over, without asking the server. */
  forget(sid: string): Promise<void>
  /** Asks the server who is signed in, where that may have changed. */
  refresh(): Promise<void>
}

export interface SessionClientOptions {
  /** The server's one origin (`APP_ORIGIN`), which requests are signed for. */
  origin: string
  /** The server's current challenge, where the page already brought it. */
  challenge?: string
  store?: KeyStore
}

/** Where visitors are told to look for the token. It is a copy; nothing is read from it. */
const MIRROR = 'session-lock.token'
const CHANNEL = 'session-lock'

/** The refusals after which a session cannot come back. */
const ENDS: readonly ErrorCode[] = ['ERR_SESSION_REVOKED', 'ERR_TOKEN_EXPIRED', 'ERR_TOKEN_INVALID']

/** Touches nothing of the browser until it is started, so that it can be made on the server too. */
export function createSessionClient(options: SessionClientOptions): SessionClient {
  const { origin, store = createKeyStore() } = options
  const clock = createStatementClock()
  const challenge = { current: options.challenge ?? '' }
  const entrance = createEntrance({ origin, store, clock, challenge })
  const listeners = new Set<() => void>()
  let state: SessionState = { status: 'loading', keyHealth: 'none' }
  let live: LiveSession | undefined
  let loading: Promise<void> | undefined
  let channel: BroadcastChannel | undefined

  function set(next: SessionState): void {
    state = next
    for (const listener of listeners) listener()
  }

  function show(session: LiveSession | undefined, endedBy?: ErrorCode): void {
    live = session
    if (!session) {
      const isLost = !endedBy && localStorage.getItem(MIRROR) !== null
      const keyHealth = isLost ? 'lost' : 'none'
      return set({ status: 'signed-out', keyHealth, ...(endedBy && { endedBy }) })
    }
    const { sid, token, profile, carrier, expiresAt, user } = session
    const facts = { sid, profile, carrier, expiresAt, ...(token && { token }) }
    const lastExchange = state.session?.sid === sid ? state.lastExchange : undefined
    const known = lastExchange && { lastExchange }
    set({ status: 'signed-in', keyHealth: 'ok', user, session: facts, ...known })
  }

  function giveUp(unsupported: Unsupported): void {
    live = undefined
    set({ status: 'unsupported', keyHealth: 'unavailable', unsupported })
  }

  async function load(): Promise<void> {
    const unsupported = findUnsupported(origin)
    if (unsupported) return giveUp(unsupported)
    try {
      const session = await store.readLive()
      if (session) clock.learn(Date.now() + session.clockOffset)
      show(session)
    } catch {
      giveUp('no-storage')
    }
  }

  const loaded = () => (loading ??= load())

  /** Tells the other tabs, and other clients of this page, to read anew. */
  function announce(): void {
    const out = channel ?? new BroadcastChannel(CHANNEL)
    out.postMessage('changed')
    if (out !== channel) out.close()
  }

  async function end(sid: string, endedBy?: ErrorCode): Promise<void> {
    if (live?.sid === sid) {
      localStorage.removeItem(MIRROR)
      show(undefined, endedBy)
    }
    // Where storage fails, what stays in it is refused all the same.
    await store.clear(sid).catch(() => {})
    announce()
  }

  /** Keeps what was learnt of the live session. */
  function keep(changes: Partial<Pick<LiveSession, 'clockOffset' | 'user'>>): void {
    if (!live) return
    live = { ...live, ...changes }
    store.update(live.sid, changes).catch(() => {})
  }

  const boundFetch = createBoundFetch({
    origin,
    clock,
    challenge,
    async getCredential() {
      await loaded()
      return live
    },
    onExchange(lastExchange) {
      if (state.status === 'signed-in') set({ ...state, lastExchange })
      if (live && clock.offset !== live.clockOffset) keep({ clockOffset: clock.offset })
    },
    onRefusal({ code }, sid) {
      // A cookie whose key is another's is the work of two sign-ins at once; none of them is whole.
      const isTorn = live?.carrier === 'cookie' && code === 'ERR_PROOF_INVALID'
      if (ENDS.includes(code) || isTorn) void end(sid, code)
    },
  })

  async function refresh(): Promise<void> {
    const response = await boundFetch('/api/session')
    if (!response.ok) return
    const { user, session } = (await response.json()) as {
      user: SessionUser
      session: { sid: string }
    }
    if (live?.sid !== session.sid) return
    keep({ user: { username: user.username } })
    show(live)
  }

  /** One tab signs in at a time. A guest takes the session that another tab has just begun. */
  async function signIn(who: SignIn, form: SessionForm = {}): Promise<void> {
    await loaded()
    const before = live?.sid
    await alone(async () => {
      if ('guest' in who) await (loading = load())
      if (!('guest' in who && live && live.sid !== before)) await enter(who, form)
    })
  }

  async function enter(who: SignIn, form: SessionForm): Promise<void> {
    const session = await entrance.begin(who, form)
    await store.commit(session)
    if (session.token) localStorage.setItem(MIRROR, session.token)
    else localStorage.removeItem(MIRROR)
    loading = Promise.resolve()
    show(session)
    announce()
    // A guest has no name to learn; a name may be spelled otherwise there than it was typed.
    if (!('guest' in who)) await refresh().catch(() => {})
  }

  async function signOut(): Promise<void> {
    await loaded()
    if (!live) return
    const { sid } = live
    try {
      const response = await boundFetch('/api/session', { method: 'DELETE' })
      if (response.ok) return
      const problem = await readProblem(response)
      if (!problem || !ENDS.includes(problem.code)) throw new RefusedError(response.status, problem)
    } finally {
      await end(sid)
    }
  }

  function start(): () => void {
    loading = load()
    if (findUnsupported(origin)) return () => {}
    const opened = new BroadcastChannel(CHANNEL)
    opened.onmessage = () => void (loading = load())
    channel = opened
    return () => {
      opened.close()
      if (channel === opened) channel = undefined
    }
  }

  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start,
    fetch: boundFetch,
    signIn,
    signInWith: entrance.leaveFor,
    signOut,
    forget: (sid) => end(sid, 'ERR_SESSION_REVOKED'),
    refresh,
  }
}

/** Runs work while no other tab runs its own, where the browser has locks (Web Locks). */
async function alone(work: () => Promise<void>): Promise<void> {
  const locks = globalThis.navigator?.locks as LockManager | undefined
  await (locks ? locks.request(CHANNEL, work) : work())
}

function findUnsupported(origin: string): Unsupported | undefined {
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle) return 'insecure-context'
  if (location.origin !== origin) return 'wrong-origin'
  if (!globalThis.indexedDB) return 'no-storage'
  return undefined
}
