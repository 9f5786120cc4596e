import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureChromium } from './chromium.mjs'

/**
 * `npm test`: every check there is, or those named as arguments. Build folder, port and database are
 * the tests' own. Ends with a line `N passed, N failed`.
 */

const ROOT = join(import.meta.dirname, '../..')
const BIN = join(ROOT, 'node_modules/.bin')
const scratch = mkdtempSync(join(tmpdir(), 'session-lock-test-'))
const port = await freePort()

const env = {
  ...process.env,
  NEXT_TELEMETRY_DISABLED: '1',
  DIST_DIR: '.next-test',
  PORT: String(port),
  HOST: '127.0.0.1',
  APP_ORIGIN: `http://localhost:${port}`,
  INTERNAL_ORIGIN: `http://127.0.0.1:${port}`,
  AUTH_SECRET: randomBytes(32).toString('base64url'),
  DATABASE_URL: `file:${join(scratch, 'test.db')}`,
  // All come from one address here; the limits have tests of their own.
  RATE_LIMIT: '100',
  NO_COLOR: '1',
}

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */
/** @typedef {{ name: string, command: string[], count?: () => Count, prepare?: () => object }} Step */

/** @type {Step[]} */
const STEPS = [
  { name: 'types', command: ['npm', 'run', '--silent', 'typecheck'] },
  { name: 'lint', command: ['npm', 'run', '--silent', 'lint'] },
  { name: 'format', command: ['npm', 'run', '--silent', 'format:check'] },
  {
    name: 'unit',
    command: [
      join(BIN, 'vitest'),
      ...['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${scratch}/unit.json`],
    ],
    count: () => {
      const report = readReport('unit.json')
      return {
        passed: report.numPassedTests,
        failed: report.numFailedTests,
        skipped: report.numPendingTests,
      }
    },
  },
  { name: 'build', command: [join(BIN, 'next'), 'build'] },
  {
    name: 'e2e',
    prepare: () => ({
      CHROMIUM_PATH: ensureChromium(),
      PLAYWRIGHT_JSON_OUTPUT_FILE: `${scratch}/e2e.json`,
    }),
    command: [join(BIN, 'playwright'), 'test', '--reporter=list,json'],
    count: () => {
      const { expected, unexpected, flaky, skipped } = readReport('e2e.json').stats
      return { passed: expected, failed: unexpected + flaky, skipped }
    },
  },
  // lab:begin
  { name: 'lab:remove', command: [process.execPath, join(ROOT, 'lib/lab/removed.mjs')] },
  // lab:end
]

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !STEPS.some((step) => step.name === name))
if (unknown.length > 0) {
  console.error(`No such check: ${unknown}. There are ${STEPS.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}

const total = { passed: 0, failed: 0, skipped: 0 }
for (const step of STEPS.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
  console.log(`\n== ${step.name}`)
  const startedAt = Date.now()
  const { passed, failed, skipped } = await runStep(step)
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
  console.log(`== ${step.name}: ${failed ? 'failed' : 'passed'} in ${seconds} s`)
  if (failed && step.name === 'build') break
}
rmSync(scratch, { recursive: true, force: true })
const skipped = total.skipped ? `, ${total.skipped} skipped` : ''
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`)
process.exit(total.failed ? 1 : 0)

/** @param {Step} step @returns {Promise<Count>} */
async function runStep({ command, count, prepare }) {
  const failure = { passed: 0, failed: 1, skipped: 0 }
  try {
    const exit = await run(command, { ...env, ...prepare?.() })
    if (!count) return exit === 0 ? { passed: 1, failed: 0, skipped: 0 } : failure
    const counted = count()
    // A runner that failed without a failed test has failed all the same.
    return exit !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return failure
  }
}

/** @param {string[]} command @param {NodeJS.ProcessEnv} environment @returns {Promise<number>} */
function run([file = '', ...args], environment) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: ROOT,
      env: environment,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

/** @param {string} name */
function readReport(name) {
  return JSON.parse(readFileSync(join(scratch, name), 'utf8'))
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1', () => {
      const { port: free } = /** @type {import('node:net').AddressInfo} */ (probe.address())
      probe.close(() => resolve(free))
    })
  })
}
