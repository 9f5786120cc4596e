'use client'

import { createContext, useEffect, useState, type ReactNode } from 'react'
import { createSessionClient, type SessionClient } from './session-client'

export const SessionLockContext = createContext<SessionClient | undefined>(undefined)

/**
 * Gives `useSessionLock` its session. One per page is enough; all of a browser's tabs share what it
 * holds.
 *
 * @param origin the server's one origin (`APP_ORIGIN`). A page that is open under another is told so.
 * @param challenge the server's current challenge, brought by the document: it saves the first
 *   request of a page a second round trip
 * @param client a client made elsewhere, for tests; default one of the provider's own
 */
export function SessionLockProvider({
  origin,
  challenge,
  client: given,
  children,
}: {
  origin: string
  challenge?: string
  client?: SessionClient
  children: ReactNode
}) {
  const [client] = useState(
    () => given ?? createSessionClient({ origin, ...(challenge && { challenge }) }),
  )
  useEffect(() => client.start(), [client])
  return <SessionLockContext value={client}>{children}</SessionLockContext>
}
