import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface OwnServer {
  origin: string
  /** Its SQLite file. */
  database: string
  stop: () => Promise<void>
}

/** A server of the same build with another environment, for what the common one does not show. */
export async function startServer(env: Record<string, string>): Promise<OwnServer> {
  const folder = mkdtempSync(join(tmpdir(), 'session-lock-own-'))
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const database = join(folder, 'own.db')
  const child = spawn(process.execPath, ['lib/server/front.mjs'], {
    env: {
      ...process.env,
      PORT: String(port),
      APP_ORIGIN: origin,
      INTERNAL_ORIGIN: `http://127.0.0.1:${port}`,
      DATABASE_URL: `file:${database}`,
      ...env,
    },
    stdio: 'ignore',
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  for (let i = 0; i < 100; i++) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/health`).catch(() => undefined)
    if (answer?.ok) break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return {
    origin,
    database,
    async stop() {
      child.kill()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
