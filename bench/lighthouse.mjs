import { createServer } from 'node:net'
import { chromium } from '@playwright/test'
import lighthouse from 'lighthouse'
import { ensureChromium } from '../lib/cli/chromium.mjs'

/** Lighthouse's performance score of the first page, 0 to 100: the median of three. @param {string} url */
export async function measurePerformance(url) {
  const port = await new Promise((resolve) => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1', () => {
      const address = /** @type {import('node:net').AddressInfo} */ (probe.address())
      probe.close(() => resolve(address.port))
    })
  })
  const args = [
    `--remote-debugging-port=${port}`,
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  ]
  const browser = await chromium.launch({ executablePath: ensureChromium(), args })
  try {
    const scores = []
    for (let i = 0; i < 3; i++) {
      const result = await lighthouse(url, {
        port,
        logLevel: 'error',
        onlyCategories: ['performance'],
      })
      scores.push((result?.lhr.categories.performance?.score ?? 0) * 100)
    }
    return scores.sort((a, b) => a - b)[1] ?? 0
  } finally {
    await browser.close()
  }
}
