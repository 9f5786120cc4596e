import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { buildIfChanged } from './build.mjs'

/** What a demo needs before it starts: a secret, a free port and a build of what is there. */

const ROOT = join(import.meta.dirname, '../..')
const ENV_FILE = join(ROOT, '.env.local')

/**
 * Enters the checkout, reads its `.env.local`, and makes ready what a demo there needs.
 *
 * @param {number} defaultPort
 * @returns {Promise<{ port: number, host: string }>} where it is to listen
 */
export async function prepare(defaultPort) {
  process.chdir(ROOT)
  if (existsSync(ENV_FILE)) process.loadEnvFile(ENV_FILE)
  const port = Number(process.env.PORT || defaultPort)
  const host = process.env.HOST || '127.0.0.1'
  await assertFree(port, host)
  ensureSecret()
  buildIfChanged()
  return { port, host }
}

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
