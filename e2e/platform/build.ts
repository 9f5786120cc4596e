import { execFileSync, fork, type ChildProcess } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    platformPort: number
  }
}

let server: ChildProcess

/** Builds and starts the echo application once for its tests. */
export async function setup(project: TestProject): Promise<void> {
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' } as const
  const next = join(import.meta.dirname, '../../node_modules/next/dist/bin/next')
  rmSync(join(import.meta.dirname, '.next'), { recursive: true, force: true })
  execFileSync(process.execPath, [next, 'build', import.meta.dirname], { env, stdio: 'pipe' })
  server = fork(join(import.meta.dirname, 'serve.mjs'), { env, stdio: 'ignore' })
  const port = await new Promise<number>((resolve, reject) => {
    server.once('message', (message) => resolve(Number(message)))
    server.once('exit', (code) => reject(new Error(`the echo application ended with ${code}`)))
  })
  project.provide('platformPort', port)
}

export function teardown(): void {
  server.kill()
}
