import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'
import { buildIfChanged } from '../../cli/build.mjs'

/**
 * `npm run lab:token-binding`: the whole story, over real TLS before the production build, printed as
 * it goes. Ends with 1 where anything turns out otherwise than it must. It writes nothing; with
 * `--record` it rewrites `recorded.json`, which the page shows.
 *
 * @typedef {import('./story').Step} Step
 * @typedef {typeof import('./story')} Story
 */

const ROOT = join(import.meta.dirname, '../../..')
const COMMAND = 'npm run lab:token-binding'
const { values } = parseArgs({ options: { record: { type: 'boolean' } } })
const scratch = mkdtempSync(join(tmpdir(), 'session-lock-lab-'))
const say = (/** @type {string} */ line) => process.stdout.write(`${line}\n`)

/** The story is TypeScript: bundled into a folder from where its packages are found. @returns {Promise<Story>} */
async function loadStory() {
  const folder = mkdtempSync(join(ROOT, 'node_modules/.lab-'))
  try {
    const file = join(folder, 'story.mjs')
    const bundle = await rolldown({
      input: join(import.meta.dirname, 'story/index.ts'),
      platform: 'node',
      resolve: { alias: { '@': ROOT } },
      external: [/^(jose|next|dpop|oauth4webapi|reflect-metadata|@peculiar\/x509)$/],
    })
    await bundle.write({ file, format: 'esm' })
    return await import(pathToFileURL(file).href)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address())
      probe.close(() => resolve(port))
    })
  })
}

/** Starts the application with a secret and a database of this run alone. */
async function startApp() {
  const port = await freePort()
  const [origin, address] = [`http://localhost:${port}`, `http://127.0.0.1:${port}`]
  const secret = randomBytes(32).toString('base64url')
  const child = spawn(process.execPath, [join(ROOT, 'lib/server/front.mjs')], {
    cwd: ROOT,
    env: {
      ...process.env,
      ...{ PORT: String(port), HOST: '127.0.0.1', APP_ORIGIN: origin, INTERNAL_ORIGIN: address },
      ...{ AUTH_SECRET: secret, DATABASE_URL: `file:${join(scratch, 'lab.db')}` },
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const stop = async () => {
    child.kill()
    await ended
  }
  for (let i = 0; i < 150 && child.exitCode === null; i++) {
    const answer = await fetch(`${address}/api/health`).catch(() => undefined)
    if (answer?.ok) return { origin, address, secret, stop }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await stop()
  throw new Error('the application did not start')
}

/** @param {Step} step @param {Step | undefined} before @param {boolean} isHeld */
function print({ act, version, title, expected, got }, before, isHeld) {
  if (act !== before?.act || version !== before.version) {
    say(`\n${act} (${version.replace('v', ' ')})`)
  }
  say(`  ${isHeld ? '✓' : '✗'} ${title}`)
  say(`      ${got}${isHeld ? '' : `, and not ${expected}`}`)
}

/** @param {Step[]} steps */
function record(steps) {
  const { node, openssl } = process.versions
  const date = new Date().toISOString().slice(0, 10)
  const recorded = { date, command: COMMAND, node, openssl, steps }
  writeFileSync(
    join(import.meta.dirname, 'recorded.json'),
    `${JSON.stringify(recorded, null, 2)}\n`,
  )
  say('Recorded in lib/lab/token-binding/recorded.json.')
}

try {
  const { tellStory, holds, plainHttp } = await loadStory()
  buildIfChanged()
  const { origin, address, secret, stop } = await startApp()
  /** @type {Step[]} */
  const steps = []
  try {
    await tellStory({ app: plainHttp(address), origin, secret }, (step) => {
      print(step, steps.at(-1), holds(step))
      steps.push(step)
    })
  } finally {
    await stop()
  }
  const failed = steps.filter((step) => !holds(step)).length
  say(`\n${steps.length - failed} as they must be, ${failed} otherwise`)
  if (failed > 0) process.exitCode = 1
  else if (values.record) record(steps)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
