import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { ensureChromium } from '../cli/chromium.mjs'

/**
 * `npm run film`: records the theft from the real application, victim on the left and thief on the
 * right, each in a browser context of its own. Wants a build (`npm run build`) and ffmpeg.
 */

const ROOT = join(import.meta.dirname, '../..')
const SIZE = { width: 600, height: 700 }
const folder = mkdtempSync(join(tmpdir(), 'session-lock-film-'))
const port = await new Promise((resolve) => {
  const probe = createServer()
  probe.listen(0, '127.0.0.1', () => {
    const address = /** @type {import('node:net').AddressInfo} */ (probe.address())
    probe.close(() => resolve(address.port))
  })
})
const origin = `http://localhost:${port}`
const server = spawn(process.execPath, [join(ROOT, 'lib/server/front.mjs')], {
  cwd: ROOT,
  env: {
    ...process.env,
    PORT: String(port),
    HOST: '127.0.0.1',
    APP_ORIGIN: origin,
    AUTH_SECRET: randomBytes(32).toString('base64url'),
    DATABASE_URL: `file:${join(folder, 'film.db')}`,
  },
  stdio: 'ignore',
})

const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
const browser = await chromium.launch({ executablePath: ensureChromium(), args })

try {
  for (let i = 0; i < 100; i++) {
    if (await fetch(`${origin}/api/health`).catch(() => undefined)) break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const open = async () =>
    (await browser.newContext({ viewport: SIZE, deviceScaleFactor: 1 })).newPage()
  const [victim, thief] = [await open(), await open()]
  /** @type {string[]} */
  const frames = []

  /** Shows both windows as they are now, for so many seconds. @param {number} seconds */
  const hold = async (seconds) => {
    const files = []
    for (const [name, page] of Object.entries({ victim, thief })) {
      files.push(join(folder, `${frames.length}-${name}.png`))
      await page.screenshot({ path: files.at(-1) })
    }
    const frame = join(folder, `${frames.length}.png`)
    const beside = '[0]pad=iw+12:ih:0:0:gray[a];[a][1]hstack'
    const inputs = files.flatMap((file) => ['-i', file])
    execFileSync('ffmpeg', ['-y', ...inputs, '-filter_complex', beside, frame], { stdio: 'pipe' })
    frames.push(`file '${frame}'\nduration ${seconds}`)
  }

  await victim.goto(origin)
  await victim.getByText('Sign another request').waitFor()
  await thief.goto(`${origin}/hijack`)
  await hold(2)
  await victim.getByRole('button', { name: 'Enter as a guest' }).click()
  await victim.getByText('No notes yet.').waitFor()
  const field = victim.getByLabel('A note that only you should read')
  for (const text of ['The safe', 'The safe’s combination', 'The safe’s combination is 7-21-42']) {
    await field.fill(text)
    await hold(0.4)
  }
  await victim.getByRole('button', { name: 'Keep the note' }).click()
  await victim.getByRole('list', { name: 'Your notes' }).getByText('7-21-42').waitFor()
  await hold(1.5)
  await victim.getByTestId('locked-token').scrollIntoViewIfNeeded()
  await hold(2)
  const token = await victim.getByTestId('locked-token').innerText()
  await thief.getByLabel('The stolen token').fill(token.trim())
  await hold(1.5)
  await thief.getByRole('button', { name: 'Use the token' }).click()
  await thief.getByTestId('verdict').waitFor()
  await victim.getByRole('alert', { name: 'Alarm' }).waitFor()
  await victim.evaluate(() => scrollTo(0, 0))
  await thief.getByTestId('verdict').scrollIntoViewIfNeeded()
  await hold(4)
  frames.push(String(frames.at(-1)).split('\n')[0] ?? '')

  const list = join(folder, 'frames.txt')
  writeFileSync(list, frames.join('\n'))
  const palette = 'fps=5,split[a][b];[a]palettegen=max_colors=64[p];[b][p]paletteuse=dither=none'
  const target = join(ROOT, 'docs/images/theft.gif')
  const input = ['-f', 'concat', '-safe', '0', '-i', list]
  execFileSync('ffmpeg', ['-y', ...input, '-filter_complex', palette, target], { stdio: 'pipe' })
  console.log(`Recorded ${target}`)
} catch (error) {
  const { code } = /** @type {NodeJS.ErrnoException} */ (error)
  console.error(
    code === 'ENOENT' ? 'ffmpeg is missing (on Debian: apt-get install ffmpeg).' : error,
  )
  process.exitCode = 1
} finally {
  await browser.close()
  server.kill()
  rmSync(folder, { recursive: true, force: true })
}
