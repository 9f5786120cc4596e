import type { Metadata } from 'next'
import { SessionLockProvider } from '@/lib/client/provider'
import { getLockProps } from '@/lib/server/lock-props'
import { Sessions } from './sessions'

export const metadata: Metadata = { title: 'Sessions' }

export default async function SessionsPage() {
  const lock = await getLockProps()
  return (
    <SessionLockProvider origin={lock.origin} challenge={lock.challenge}>
      <Sessions origin={lock.origin} providers={lock.providers} />
    </SessionLockProvider>
  )
}
