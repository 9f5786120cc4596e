import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import useSWR, { SWRConfig } from 'swr'
import type { ReactNode } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { SessionLockProvider } from './provider'
import type { SessionClient } from './session-client'
import { useSessionLock } from './use-session-lock'

afterEach(cleanup)

const response = () => new Response('{"notes":["mine"]}')

function Locked({ fetch, children }: { fetch: typeof globalThis.fetch; children: ReactNode }) {
  const state = { status: 'signed-in', keyHealth: 'ok' } as const
  const client = {
    getState: () => state,
    subscribe: () => () => {},
    start: () => () => {},
    fetch,
  } as unknown as SessionClient
  return (
    <SessionLockProvider origin="https://app.example" client={client}>
      {children}
    </SessionLockProvider>
  )
}

interface Notes {
  notes: string[]
}

describe('useSessionLock().fetch as the fetcher of', () => {
  it('SWR', async () => {
    function List() {
      const { fetch } = useSessionLock()
      const { data } = useSWR('/api/notes', async (url: string) => {
        return (await (await fetch(url)).json()) as Notes
      })
      return <p>{data ? data.notes[0] : 'waiting'}</p>
    }
    const fetch = vi.fn(async () => response())
    render(
      <Locked fetch={fetch}>
        <SWRConfig value={{ provider: () => new Map() }}>
          <List />
          <List />
        </SWRConfig>
      </Locked>,
    )
    expect(await screen.findAllByText('mine')).toHaveLength(2)
    expect(fetch).toHaveBeenCalledTimes(1)
    expect(fetch).toHaveBeenCalledWith('/api/notes')
  })

  it('TanStack Query, whose signal it takes', async () => {
    function List() {
      const { fetch } = useSessionLock()
      const { data } = useQuery({
        queryKey: ['notes'],
        queryFn: async ({ signal }) => {
          return (await (await fetch('/api/notes', { signal })).json()) as Notes
        },
      })
      return <p>{data ? data.notes[0] : 'waiting'}</p>
    }
    const fetch = vi.fn<typeof globalThis.fetch>(async () => response())
    render(
      <Locked fetch={fetch}>
        <QueryClientProvider client={new QueryClient()}>
          <List />
          <List />
        </QueryClientProvider>
      </Locked>,
    )
    expect(await screen.findAllByText('mine')).toHaveLength(2)
    expect(fetch).toHaveBeenCalledTimes(1)
    expect(fetch.mock.calls[0]?.[1]?.signal?.aborted).toBe(false)
  })
})
