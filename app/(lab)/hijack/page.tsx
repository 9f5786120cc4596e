import type { Metadata } from 'next'
import { getLockProps } from '@/lib/server/lock-props'
import { Hijack } from './hijack'

export const metadata: Metadata = { title: 'Hijack' }

/** The thief's page: paste a stolen token, and see what the server makes of it. */
export default async function HijackPage() {
  const { origin } = await getLockProps()
  return <Hijack origin={origin} />
}
