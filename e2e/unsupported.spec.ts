import { chromium } from '@playwright/test'
import { expect, test } from './people'

test('plain http on a name is told in words, with what to do', async ({
  baseURL,
  launchOptions,
}) => {
  const { port, origin } = new URL(baseURL!)
  const args = [...(launchOptions.args ?? []), '--host-resolver-rules=MAP app.test 127.0.0.1']
  const browser = await chromium.launch({ ...launchOptions, args })
  const page = await browser.newPage()
  await page.goto(`http://app.test:${port}/`)
  await expect(page.getByText('the connection is not secure')).toBeVisible()
  await expect(page.getByRole('link', { name: origin })).toHaveAttribute('href', origin)
  await expect(page.getByRole('button', { name: 'Enter as a guest' })).toHaveCount(0)
  await browser.close()
})

test('another address than its own is told in words', async ({ victim, baseURL }) => {
  const { port } = new URL(baseURL!)
  await victim.goto(`http://127.0.0.1:${port}/vault`)
  await expect(victim.getByText('under another address than its own')).toBeVisible()
  await expect(victim.getByRole('link', { name: 'Open it there' })).toHaveAttribute(
    'href',
    baseURL!,
  )
})

test('a browser without IndexedDB is told in words', async ({ victim }) => {
  await victim.addInitScript(() => {
    Object.defineProperty(window, 'indexedDB', { value: undefined })
  })
  await victim.goto('/')
  await expect(victim.getByText('keeps no keys for this page')).toBeVisible()
})

test('a browser whose IndexedDB refuses is told in words', async ({ victim }) => {
  await victim.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('denied', 'SecurityError')
    }
  })
  await victim.goto('/vault')
  await expect(victim.getByText('keeps no keys for this page')).toBeVisible()
})

test('a browser without WebCrypto is told in words', async ({ victim }) => {
  await victim.addInitScript(() => {
    Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })
  })
  await victim.goto('/')
  await expect(victim.getByText('cannot make a key')).toBeVisible()
})
