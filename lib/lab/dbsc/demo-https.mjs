import { createServer } from 'node:net'
import { join } from 'node:path'
import { prepare } from '../../cli/prepare.mjs'
import { explain, startFront } from '../../server/front.mjs'
import { browserFlags, ensureIdentity, spkiHash, startTerminator } from './https.mjs'

/** `npm run demo:https`: the demo behind TLS, where browsers speak DBSC. */

/** @param {string} text */
const say = (text) => process.stdout.write(`${text}\n`)

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address())
      probe.close(() => resolve(port))
    })
  })
}

try {
  const { port, host } = await prepare(3443)
  const identity = await ensureIdentity('.data/https')
  const inner = await freePort()
  const origin = `https://localhost:${port}`
  Object.assign(process.env, {
    PORT: String(inner),
    HOST: '127.0.0.1',
    APP_ORIGIN: origin,
    INTERNAL_ORIGIN: `http://127.0.0.1:${inner}`,
  })
  await startFront()
  await startTerminator(identity, { port, host, target: inner })
  const profile = join(process.cwd(), '.data/https/profile')
  const flags = browserFlags(identity).map((flag) => `'${flag}'`)
  say(`
session-lock is running: ${origin}

The certificate is this demo's own (SPKI ${spkiHash(identity)}); a browser has to be told to trust it.
The other flag gives a Chromium without a TPM software keys. Both are for a profile of its own and
for trying out, not for everyday browsing:

  chromium \\
    --user-data-dir='${profile}' \\
    ${flags.join(' \\\n    ')} \\
    ${origin}/lab/dbsc

Any other browser shows the fallback. Stop it with Ctrl+C.`)
} catch (error) {
  console.error(explain(error))
  process.exit(1)
}
