'use client'

import { use, useSyncExternalStore } from 'react'
import { SessionLockContext } from './provider'
import type { SessionClient, SessionState } from './session-client'

/** What `useSessionLock` gives: the session's state, and what to do with it. */
export interface SessionLock
  extends
    SessionState,
    Pick<SessionClient, 'fetch' | 'signIn' | 'signInWith' | 'signOut' | 'forget' | 'refresh'> {}

const LOADING: SessionState = { status: 'loading', keyHealth: 'none' }

/**
 * The session of this browser. On the server, and until the browser's storage has been read,
 * `status` is `loading`; `fetch` waits for that by itself. The functions stay the same from one
 * render to the next.
 *
 * @example
 * const { status, user, fetch, signIn, signOut } = useSessionLock()
 * if (status === 'signed-in') await fetch('/api/notes')
 */
export function useSessionLock(): SessionLock {
  const client = use(SessionLockContext)
  if (!client) throw new Error('useSessionLock needs a <SessionLockProvider> above it.')
  const { subscribe, getState, fetch, signIn, signInWith, signOut, forget, refresh } = client
  const state = useSyncExternalStore(subscribe, getState, () => LOADING)
  return { ...state, fetch, signIn, signInWith, signOut, forget, refresh }
}
