import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/**
 * The browser that the tests run in: the Chromium or Chrome that is installed, else Playwright's own,
 * else, on Debian as root, the distribution's package, installed on the spot.
 *
 * @returns {string} the path of its executable
 */
export function ensureChromium() {
  const found = findChromium()
  if (found) return found
  const isRoot = process.getuid?.() === 0
  const mayInstall =
    isRoot && existsSync('/etc/debian_version') && !process.env.SKIP_BROWSER_INSTALL
  if (mayInstall) {
    console.log('No Chromium is here: installing the package `chromium`.')
    const options = {
      stdio: /** @type {'pipe'} */ ('pipe'),
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }
    execFileSync('apt-get', ['update'], options)
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], options)
    const installed = findChromium()
    if (installed) return installed
  }
  throw new Error(
    'The browser tests need Chromium or Chrome: install one (on Debian: apt-get install chromium), or run `npx playwright install chromium`.',
  )
}

function findChromium() {
  const { CHROMIUM_PATH } = process.env
  if (CHROMIUM_PATH) return CHROMIUM_PATH
  return [...PLACES, chromium.executablePath()].find((path) => path && existsSync(path))
}
