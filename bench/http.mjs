import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request as send } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepare, request, signIn } from '../e2e/independent/client.mjs'
import { measureAlarm } from './alarm.mjs'
import { measurePerformance } from './lighthouse.mjs'
import { scriptBytes } from './size.mjs'

/**
 * Requests per second of `GET /api/notes` over HTTP: the application as it is; the same without any
 * verification behind a middleware that only passes on; and that without a middleware. Each is a
 * production build of its own. The requests are signed before the clock starts, each for itself,
 * because the server takes none twice.
 */

const ROOT = join(import.meta.dirname, '..')
const ROUNDS = 7
const REQUESTS = 1200
const CONNECTIONS = 32

const PASS_ON = `import { NextResponse } from 'next/server'
export const middleware = () => NextResponse.next()
export const config = { matcher: ['/((?!_next/static/|_next/image$|favicon.ico$|icon.svg$).*)'] }
`
const UNVERIFIED = `import type { VerifiedSession } from '@/lib/protocol/verify'
import type { Call, Handler } from './call'
export interface SessionCall extends Call { readonly session: VerifiedSession }
export function withSession(handler: Handler<SessionCall>): Handler {
  return (call) => {
    const sub = call.request.headers.get('x-bench-user') ?? ''
    const session = { sid: '', sub, profile: 2, carrier: 'header', expiresAt: 0 } as const
    return handler({ ...call, session })
  }
}
`

/** What of the application each variant changes. @type {Record<string, Record<string, string | null>>} */
const VARIANTS = {
  locked: {},
  'pass-on': { 'middleware.ts': PASS_ON, 'lib/server/with-session.ts': UNVERIFIED },
  open: { 'middleware.ts': null, 'lib/server/with-session.ts': UNVERIFIED },
}

/** @param {string} folder @param {Record<string, string | null>} changes */
function build(folder, changes) {
  // Hard links: a copy of node_modules that takes no room and no time.
  execFileSync('cp', ['-al', join(ROOT, 'node_modules'), join(folder, 'node_modules')])
  for (const name of ['app', 'lib', 'middleware.ts', 'instrumentation.ts', 'package.json']) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  }
  for (const name of ['next.config.mjs', 'postcss.config.mjs', 'tsconfig.json']) {
    cpSync(join(ROOT, name), join(folder, name))
  }
  for (const [name, text] of Object.entries(changes)) {
    if (text === null) rmSync(join(folder, name))
    else writeFileSync(join(folder, name), text)
  }
  const next = join(folder, 'node_modules/next/dist/bin/next')
  const env = {
    ...process.env,
    NODE_ENV: /** @type {const} */ ('production'),
    NEXT_TELEMETRY_DISABLED: '1',
  }
  execFileSync(process.execPath, [next, 'build'], { cwd: folder, env, stdio: 'pipe' })
}

/** @param {string} folder @param {string} origin @param {number} port */
async function serve(folder, origin, port) {
  const child = spawn(process.execPath, ['lib/server/front.mjs'], {
    cwd: folder,
    env: {
      ...process.env,
      PORT: String(port),
      HOST: '127.0.0.1',
      APP_ORIGIN: origin,
      AUTH_SECRET: 'a-secret-for-the-bench-of-32-bytes-or-more',
      DATABASE_URL: `file:${join(folder, 'bench.db')}`,
      RATE_LIMIT: 'off',
      PROOF_MAX_AGE_MS: '600000',
      DIST_DIR: '.next',
    },
    stdio: 'ignore',
  })
  for (let i = 0; i < 100; i++) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/health`).catch(() => undefined)
    if (answer?.ok) return child
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the server did not start')
}

/** @returns {Promise<number>} */
const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address())
      probe.close(() => resolve(port))
    })
  })

/** Sends all, so many at a time, and gives the rate per second. @param {number} port @param {Record<string, string>[]} all */
async function rate(port, all) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const queue = [...all]
  const one = (/** @type {Record<string, string>} */ headers) =>
    new Promise((resolve, reject) => {
      const options = { port, host: '127.0.0.1', path: '/api/notes', headers, agent }
      const sent = send(options, (answer) => {
        if (answer.statusCode !== 200) reject(new Error(`answered ${answer.statusCode}`))
        answer.resume().once('end', resolve)
      })
      sent.once('error', reject).end()
    })
  const worker = async () => {
    for (let headers = queue.pop(); headers; headers = queue.pop()) await one(headers)
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  agent.destroy()
  return (all.length * 1000) / (performance.now() - startedAt)
}

/** Medians of requests per second, and what else a running build tells. */
export async function measureHttp() {
  const scratch = mkdtempSync(join(tmpdir(), 'session-lock-bench-'))
  /** @type {{ name: string, port: number, child: import('node:child_process').ChildProcess, session: import('../e2e/independent/client.mjs').Session, user: string, isLocked: boolean, rates: number[] }[]} */
  const running = []
  try {
    for (const [name, changes] of Object.entries(VARIANTS)) {
      const folder = mkdtempSync(join(scratch, `${name}-`))
      console.error(`building ${name} …`)
      build(folder, changes)
      const port = await freePort()
      const origin = `http://localhost:${port}`
      const child = await serve(folder, origin, port)
      const session = await signIn(origin, { guest: true })
      const isLocked = name === 'locked'
      const { user } = isLocked
        ? (await request(session, 'GET', '/api/session')).json
        : { user: { id: '' } }
      /** @type {number[]} */
      const rates = []
      running.push({ name, port, child, session, user: user.id, isLocked, rates })
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const one of running) {
        const all = Array.from({ length: REQUESTS }, () =>
          one.isLocked
            ? prepare(one.session, 'GET', '/api/notes').headers
            : { 'x-bench-user': one.user, Authorization: 'x'.repeat(600) },
        )
        const perSecond = await rate(one.port, all)
        // The first round warms up.
        if (round > 0) one.rates.push(perSecond)
      }
    }
    const median = (/** @type {number} */ i) =>
      running[i]?.rates.sort((a, b) => a - b)[(ROUNDS - 1) >> 1] ?? 0
    const [locked, passOn, open] = [median(0), median(1), median(2)]
    const address = `http://localhost:${running[0]?.port}`
    const landingBytes = await scriptBytes(`${address}/`)
    const alarmMs = await measureAlarm(address)
    const performanceScore = await measurePerformance(`${address}/`)
    return { locked, passOn, open, alarmMs, landingBytes, performanceScore }
  } finally {
    for (const { child } of running) child.kill()
    rmSync(scratch, { recursive: true, force: true })
  }
}
