import { getServer } from './server'

/** What a document brings along for its `SessionLockProvider`. */
export async function getLockProps(): Promise<{
  origin: string
  challenge: string
  providers: readonly string[]
}> {
  const { lock, env } = await getServer()
  return {
    origin: lock.origin,
    challenge: await lock.challenges.current(Date.now()),
    providers: env.GITHUB_ID ? ['github'] : [],
  }
}
