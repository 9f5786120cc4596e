import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { explain, startFront } from '../server/front.mjs'
import { buildIfChanged } from './build.mjs'

/** `npm run demo`: from a checkout to the running demo. */

const ROOT = join(import.meta.dirname, '../..')
const ENV_FILE = join(ROOT, '.env.local')

/** A taken port is said before anything takes time. @param {number} port @param {string} host */
function assertFree(port, host) {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(port, host, () => probe.close(resolve))
  })
}

/** Signing keys of one's own, made once and kept. */
function ensureSecret() {
  const text = existsSync(ENV_FILE) ? readFileSync(ENV_FILE, 'utf8') : ''
  if (process.env.AUTH_SECRET || /^AUTH_SECRET=./m.test(text)) return
  const line = `AUTH_SECRET=${randomBytes(32).toString('base64url')}\n`
  if (text) appendFileSync(ENV_FILE, text.endsWith('\n') ? line : `\n${line}`)
  else writeFileSync(ENV_FILE, line, { mode: 0o600 })
  console.log('Wrote a random AUTH_SECRET to .env.local.')
}

try {
  process.chdir(ROOT)
  if (existsSync(ENV_FILE)) process.loadEnvFile(ENV_FILE)
  await assertFree(Number(process.env.PORT || 3000), process.env.HOST || '127.0.0.1')
  ensureSecret()
  buildIfChanged()
  const address = await startFront()
  const lines = [
    '',
    `session-lock is running: ${address}`,
    '',
    `  1. Open ${address} and enter as a guest. Write a note.`,
    '  2. Copy the token that the vault shows.',
    `  3. Open ${address}/hijack in another browser, or in a private window, and paste it.`, // lab
    `  4. See how the other ways to hold a session fare: ${address}/lab`, // lab
    '',
    'Stop it with Ctrl+C.',
  ]
  console.log(lines.join('\n'))
} catch (error) {
  console.error(explain(error))
  process.exit(1)
}
