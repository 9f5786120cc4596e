import { explain, startFront } from '../server/front.mjs'
import { prepare } from './prepare.mjs'

/** `npm run demo`: from a checkout to the running demo. */

try {
  await prepare(3000)
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
