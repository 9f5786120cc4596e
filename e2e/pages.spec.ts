import AxeBuilder from '@axe-core/playwright'
import { type Page } from '@playwright/test'
import { copyToken, enterAsGuest, expect, test, use, writeNote } from './people'

async function expectNoViolations(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing, ${colorScheme}`, async ({ victim, thief }) => {
    for (const page of [victim, thief]) await page.emulateMedia({ colorScheme })
    await victim.goto('/')
    await victim.getByText('Or with an account').click()
    await expectNoViolations(victim)
    await victim.goto('/vault')
    await expect(victim.getByRole('heading', { name: 'The vault is locked' })).toBeVisible()
    await expectNoViolations(victim)

    await enterAsGuest(victim)
    await writeNote(victim, 'a note')
    for (const folded of await victim.locator('summary').all()) await folded.click()
    await expectNoViolations(victim)

    await use(thief, await copyToken(victim))
    await thief.getByRole('button', { name: 'Issue a bearer token' }).click()
    await thief.getByText('The request as it was sent').click()
    await thief.getByText('How it works').click()
    await expectNoViolations(thief)
    await expect(victim.getByRole('alert', { name: 'Alarm' })).toBeVisible()
    await expectNoViolations(victim)
    await victim.goto('/sessions')
    await expect(victim.getByText('this one')).toBeVisible()
    await expectNoViolations(victim)
    await thief.goto('/finish?error=NoKey')
    await expectNoViolations(thief)
    await thief.goto('/no-such-page')
    await expectNoViolations(thief)
  })
}

for (const width of [320, 390, 1280, 1920]) {
  test(`nothing is wider than ${width} px`, async ({ victim, thief }) => {
    for (const page of [victim, thief]) await page.setViewportSize({ width, height: 800 })
    const overflow = (page: Page) =>
      page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    await victim.goto('/')
    expect(await overflow(victim)).toBeLessThanOrEqual(0)
    await enterAsGuest(victim)
    await writeNote(victim, 'longword'.repeat(40))
    expect(await overflow(victim)).toBeLessThanOrEqual(0)
    await use(thief, (await victim.getByTestId('locked-token').innerText()).trim())
    await thief.getByText('The request as it was sent').click()
    expect(await overflow(thief)).toBeLessThanOrEqual(0)
  })
}

test('the whole way goes by keyboard alone', async ({ victim, thief }) => {
  const press = async (page: Page, name: string | RegExp) => {
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab')
      const label = await page.evaluate(() => {
        const { ariaLabel, textContent, id } = document.activeElement as HTMLElement
        return ariaLabel ?? (textContent || document.querySelector(`[for="${id}"]`)?.textContent)
      })
      if (label?.match(name)) return
    }
    throw new Error(`the keyboard does not reach ${name}`)
  }
  await victim.goto('/')
  await expect(victim.getByRole('button', { name: 'Enter as a guest' })).toBeEnabled()
  await press(victim, /^Enter as a guest$/)
  await victim.keyboard.press('Enter')
  await expect(victim.getByRole('heading', { name: 'Your vault' })).toBeVisible()
  await press(victim, /^A note that only you should read$/)
  await victim.keyboard.type('typed')
  await press(victim, /^Keep the note$/)
  await victim.keyboard.press('Enter')
  await expect(victim.getByRole('list', { name: 'Your notes' })).toContainText('typed')
  await press(victim, /^Copy token$/)
  await victim.keyboard.press('Enter')
  await expect(victim.getByText('Copied.')).toBeVisible()

  await thief.goto('/hijack')
  await press(thief, /^The stolen token$/)
  await thief.keyboard.insertText(await victim.evaluate(() => navigator.clipboard.readText()))
  await press(thief, /^Use the token$/)
  await thief.keyboard.press('Enter')
  await expect(thief.getByTestId('verdict')).toContainText('ERR_PROOF_INVALID')
})

test('documents carry a strict policy, with a nonce of their own', async ({ request }) => {
  const policies = await Promise.all(
    [
      '/',
      '/vault',
      '/hijack',
      '/sessions',
      '/finish',
      '/icon.svgx',
      '/_next/imagex',
      '/favicon.ico/x',
    ].map(async (path) => {
      const headers = (await request.get(path)).headers()
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
      })
      expect(headers['cache-control']).toContain('no-store')
      return headers['content-security-policy']!
    }),
  )
  expect(new Set(policies).size).toBe(policies.length)
  for (const policy of policies) {
    expect(policy).toMatch(/script-src 'self' 'nonce-[\w+/=]{24}' 'strict-dynamic'/)
    expect(policy).not.toContain('unsafe')
  }
})

test('no document answers 500 to what a client made up', async ({ request }) => {
  const trees = ['x', '[]', 'null', '["x"]', '{}', '["",{"children":"x"}]']
  for (const tree of trees) {
    const headers = { RSC: '1', 'Next-Router-State-Tree': tree }
    for (const path of ['/vault', '/vault?_rsc=1']) {
      expect((await request.get(path, { headers })).status(), tree).toBeLessThan(500)
    }
  }
  for (const path of ['/_global-error', '/_error', '/_not-found', '/_next/data/x.json']) {
    expect((await request.get(path)).status(), path).toBe(404)
  }
})

test('the policy stops a script that was not meant', async ({ browser, baseURL }) => {
  const page = await (await browser.newContext({ baseURL })).newPage()
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  await page.goto('/')
  await page.evaluate(() => {
    const script = document.createElement('div')
    script.innerHTML = '<img src="x:" onerror="document.title = \'owned\'">'
    document.body.append(script)
  })
  await expect.poll(() => complaints.join()).toContain('Content Security Policy')
  expect(await page.title()).not.toBe('owned')
})
