import { chromium } from '@playwright/test'
import lighthouse from 'lighthouse'
import { freePort } from './own-server'
import { expect, test } from './people'

test('Lighthouse gives the first page 100 in accessibility, best practices and SEO', async ({
  baseURL,
  launchOptions,
}) => {
  test.setTimeout(120_000)
  const port = await freePort()
  const args = [...(launchOptions.args ?? []), `--remote-debugging-port=${port}`]
  const browser = await chromium.launch({ ...launchOptions, args })
  try {
    const result = await lighthouse(baseURL, {
      port,
      logLevel: 'error',
      onlyCategories: ['accessibility', 'best-practices', 'seo'],
    })
    const { categories, audits } = result!.lhr
    const scores = Object.fromEntries(
      Object.entries(categories).map(([name, { score }]) => [name, score]),
    )
    const faults = Object.values(audits)
      .filter(
        ({ score, scoreDisplayMode }) =>
          score !== null && score < 1 && scoreDisplayMode === 'binary',
      )
      .map(({ id, details }) => [id, JSON.stringify(details).slice(0, 300)])
    expect(faults).toEqual([])
    expect(scores).toEqual({ accessibility: 1, 'best-practices': 1, seo: 1 })
  } finally {
    await browser.close()
  }
})
