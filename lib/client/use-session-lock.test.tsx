import { act, render, screen } from '@testing-library/react'
import { StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { cleanup } from '@testing-library/react'
import { SessionLockProvider } from './provider'
import type { SessionClient, SessionState } from './session-client'
import { useSessionLock } from './use-session-lock'

afterEach(cleanup)

/** A client whose state the test sets. */
function fakeClient() {
  let state: SessionState = { status: 'loading', keyHealth: 'none' }
  const listeners = new Set<() => void>()
  const started = { now: 0, ever: 0 }
  const client: SessionClient = {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start() {
      started.now++
      started.ever++
      return () => void started.now--
    },
    fetch: vi.fn(),
    signIn: vi.fn(),
    signInWith: vi.fn(),
    signOut: vi.fn(),
    forget: vi.fn(),
    refresh: vi.fn(),
  }
  const set = (next: SessionState) => {
    state = next
    listeners.forEach((listener) => listener())
  }
  return { client, set, started }
}

const functions = new Set<unknown>()
function Status() {
  const { status, fetch } = useSessionLock()
  functions.add(fetch)
  return <p>{status}</p>
}

describe('useSessionLock', () => {
  it('is loading on the server, whatever the client holds', () => {
    const { client, set } = fakeClient()
    set({ status: 'signed-out', keyHealth: 'none' })
    const html = renderToString(
      <SessionLockProvider origin="https://app.example" client={client}>
        <Status />
      </SessionLockProvider>,
    )
    expect(html).toContain('loading')
  })

  it('follows the client, in strict mode, and lets go of it at the end', () => {
    const { client, set, started } = fakeClient()
    functions.clear()
    const { unmount } = render(
      <StrictMode>
        <SessionLockProvider origin="https://app.example" client={client}>
          <Status />
        </SessionLockProvider>
      </StrictMode>,
    )
    expect(screen.getByText('loading')).toBeTruthy()
    act(() => set({ status: 'signed-out', keyHealth: 'none' }))
    expect(screen.getByText('signed-out')).toBeTruthy()
    expect(functions.size).toBe(1)
    expect(started).toEqual({ now: 1, ever: 2 })
    unmount()
    expect(started.now).toBe(0)
  })

  it('says what is missing above it', () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    expect(() => render(<Status />)).toThrow('SessionLockProvider')
  })
})
