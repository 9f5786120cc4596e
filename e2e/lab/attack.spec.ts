import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { ATTACK_IDS } from '@/lib/lab/attacks'
import { MATRIX } from '@/lib/lab/matrix'
import type { Cell } from '@/lib/lab/perform'
import { SCHEME_IDS } from '@/lib/lab/types'
import { startServer, type OwnServer } from '../own-server'

/** Every cell that needs no browser, over HTTP, against the production build. */

let server: OwnServer
test.beforeAll(async () => {
  // A short window, so that what is signed ahead can outlive its challenge while we wait.
  server = await startServer({ CHALLENGE_WINDOW_S: '2' })
})
test.afterAll(() => server.stop())

/** Runs `npm run attack` as its users do. */
function attack(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const options = { maxBuffer: 2 ** 26 }
    const command = ['lib/lab/attack.mjs', ...args]
    execFile(process.execPath, command, options, (error, stdout, stderr) => {
      resolve({ status: Number(error?.code ?? 0), stdout, stderr })
    })
  })
}

const NEEDS_A_BROWSER = ['key-export', 'script-signs', 'profile-copied']

test('the whole matrix over HTTP, and no row left behind', async () => {
  test.setTimeout(180_000)
  const { status, stdout } = await attack('--url', server.origin, '--json')
  const { cells } = JSON.parse(stdout) as { cells: Cell[] }
  expect(cells).toHaveLength(SCHEME_IDS.length * ATTACK_IDS.length)
  for (const { scheme, attack: id, expected, outcome, code, skipped, reason } of cells) {
    const told = `${scheme} ${id}`
    const wanted = MATRIX[id][scheme]
    expect(expected, told).toBe(wanted.outcome)
    if (NEEDS_A_BROWSER.includes(id) && scheme !== 'token-binding') {
      expect({ skipped, reason }, told).toEqual({ skipped: true, reason: expect.any(String) })
    } else {
      expect({ outcome, code }, told).toEqual({ outcome: wanted.outcome, code: wanted.code })
    }
  }
  expect(status).toBe(0)

  const rows = countRows(server.database)
  expect(rows).toEqual({
    ...{ users: 0, sessions: 0, notes: 0, events: 0, replay_claims: 0 },
    ...{ lab_dbsc_sessions: 0 },
  })
})

test('a cell that turns out otherwise, a stranger and a mistake are told apart', async () => {
  const table = await attack('--url', server.origin, '--scheme', 'bearer', '--attack', 'relay')
  expect(table).toMatchObject({ status: 0, stdout: expect.stringContaining('relays') })
  expect(table.stderr).toContain('falls')

  const closed = await attack('--url', 'http://127.0.0.1:9')
  expect(closed).toMatchObject({ status: 2, stdout: '' })
  expect(closed.stderr).toContain('cannot be reached')

  const asked: string[] = []
  const stranger = createServer(({ url = '' }, response) => {
    asked.push(url)
    response.end('{"app":"another"}')
  })
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
  const { port } = stranger.address() as { port: number }
  const refused = await attack('--url', `http://127.0.0.1:${port}`)
  expect(refused).toMatchObject({ status: 2, stdout: '' })
  expect(refused.stderr).toContain('is not this application')
  expect(asked).toEqual(['/api/lab/about'])
  await new Promise((resolve) => stranger.close(resolve))

  const mistaken = await attack('--url', server.origin, '--scheme', 'rot13')
  expect(mistaken).toMatchObject({ status: 2, stdout: '' })
  expect(mistaken.stderr).toContain('There is no scheme rot13')
})

test('nobody but the lab’s own victims is taken away', async () => {
  const answer = await fetch(`${server.origin}/api/lab/victims`, {
    method: 'DELETE',
    body: JSON.stringify({ sub: 'somebody', release: 'guessed' }),
  })
  expect(answer.status).toBe(404)
})

/** Read by another connection to the same file. */
function countRows(file: string): Record<string, number> {
  const require = createRequire(join(process.cwd(), 'package.json'))
  const Database = require('libsql') as new (path: string) => {
    prepare(sql: string): { get(): { n: number } }
    close(): void
  }
  const db = new Database(file)
  const tables = [
    ...['users', 'sessions', 'notes', 'events', 'replay_claims'],
    ...['lab_dbsc_sessions'],
  ]
  const counts = tables.map((table): [string, number] => [
    table,
    db.prepare(`select count(*) as n from ${table}`).get().n,
  ])
  db.close()
  return Object.fromEntries(counts)
}
