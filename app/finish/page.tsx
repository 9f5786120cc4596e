import type { Metadata } from 'next'
import { SessionLockProvider } from '@/lib/client/provider'
import { getLockProps } from '@/lib/server/lock-props'
import { Finish } from './finish'

export const metadata: Metadata = { title: 'Signing in' }

/** Where a provider's sign-in comes back to: with a ticket in the fragment, or with an error. */
export default async function FinishPage({
  searchParams,
}: {
  searchParams: Promise<{ error?: string | string[] }>
}) {
  const { origin, challenge } = await getLockProps()
  const { error } = await searchParams
  return (
    <SessionLockProvider origin={origin} challenge={challenge}>
      <Finish error={error ? String(error) : undefined} />
    </SessionLockProvider>
  )
}
