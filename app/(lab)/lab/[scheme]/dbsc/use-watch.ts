import { useCallback, useEffect, useState } from 'react'
import type { Watched } from '@/lib/lab/dbsc/entrance'
import { watch } from '@/lib/lab/dbsc/offer'

const EVERY_MS = 1_000

/** What the server saw of a sign-in, once a second; and the milliseconds by which its clock is ahead. */
export function useWatch(release: string) {
  const [seen, setSeen] = useState<{ watched: Watched; ahead: number }>()
  const look = useCallback(async () => {
    const watched = await watch(release).catch(() => undefined)
    if (watched) setSeen({ watched, ahead: watched.serverTime - Date.now() })
  }, [release])

  useEffect(() => {
    const first = setTimeout(look)
    const timer = setInterval(look, EVERY_MS)
    return () => {
      clearTimeout(first)
      clearInterval(timer)
    }
  }, [look])

  return { ...seen, look }
}

/** The time, four times a second. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [])
  return now
}
