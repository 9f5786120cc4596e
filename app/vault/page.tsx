import type { Metadata } from 'next'
import { SessionLockProvider } from '@/lib/client/provider'
import { getLockProps } from '@/lib/server/lock-props'
import { Vault } from './vault'

export const metadata: Metadata = { title: 'Vault' }

/** A shell without data: a page load carries no signature, so all data comes through signed requests. */
export default async function VaultPage() {
  const lock = await getLockProps()
  return (
    <SessionLockProvider origin={lock.origin} challenge={lock.challenge}>
      <Vault origin={lock.origin} providers={lock.providers} />
    </SessionLockProvider>
  )
}
