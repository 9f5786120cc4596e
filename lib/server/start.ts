import { SessionLockError, isErrorCode } from '@/lib/protocol/errors'
import { finish } from './http'
import { processWide } from './process-wide'
import { getServer, type Server } from './server'
import { sweep } from './stores/sweep'

const SWEEP_EVERY_MS = 60_000

/**
 * Opens everything that a request will need, and ends the process with the reason where that
 * fails: a throw here would leave a server that answers 500.
 */
export async function start(): Promise<void> {
  try {
    const server = await getServer()
    await sweep(server.db, Date.now())
    processWide('sweeper', () => startSweeper(server))
    processWide('refuse', () => createRefuser(server))
  } catch (error) {
    console.error(`session-lock cannot start:\n${error instanceof Error ? error.message : error}`)
    process.exit(1)
  }
}

function startSweeper({ db }: Server): NodeJS.Timeout {
  const timer = setInterval(() => {
    sweep(db, Date.now()).catch((error: unknown) => console.error('sweep failed:', error))
  }, SWEEP_EVERY_MS)
  return timer.unref()
}

/** What the front answers with where a request must not reach Next (`front.mjs`). */
function createRefuser({ lock }: Server) {
  return async (
    code: string,
    details: { detail?: string; allow?: string[] } = {},
  ): Promise<Response> => {
    const now = Date.now()
    const error = new SessionLockError(isErrorCode(code) ? code : 'ERR_INPUT', details)
    return finish(error.toResponse(now), lock, now)
  }
}
