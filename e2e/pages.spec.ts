import { expectNoViolations, overflow, tabTo } from './page-checks'
import { copyToken, enterAsGuest, expect, presentSigned, test, writeNote } from './people'

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

    await presentSigned(thief, await copyToken(victim))
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
  test(`nothing is wider than ${width} px`, async ({ victim }) => {
    await victim.setViewportSize({ width, height: 800 })
    await victim.goto('/')
    expect(await overflow(victim)).toBeLessThanOrEqual(0)
    await enterAsGuest(victim)
    await writeNote(victim, 'longword'.repeat(40))
    expect(await overflow(victim)).toBeLessThanOrEqual(0)
  })
}

test('the whole way goes by keyboard alone', async ({ victim }) => {
  await victim.goto('/')
  await expect(victim.getByRole('button', { name: 'Enter as a guest' })).toBeEnabled()
  await tabTo(victim, /^Enter as a guest$/)
  await victim.keyboard.press('Enter')
  await expect(victim.getByRole('heading', { name: 'Your vault' })).toBeVisible()
  await tabTo(victim, /^A note that only you should read$/)
  await victim.keyboard.type('typed')
  await tabTo(victim, /^Keep the note$/)
  await victim.keyboard.press('Enter')
  await expect(victim.getByRole('list', { name: 'Your notes' })).toContainText('typed')
  await tabTo(victim, /^Copy token$/)
  await victim.keyboard.press('Enter')
  await expect(victim.getByText('Copied.')).toBeVisible()
})

test('documents carry a strict policy, with a nonce of their own', async ({ request }) => {
  const policies = await Promise.all(
    ['/', '/vault', '/sessions', '/finish', '/icon.svgx', '/_next/imagex', '/favicon.ico/x'].map(
      async (path) => {
        const headers = (await request.get(path)).headers()
        expect(headers).toMatchObject({
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'DENY',
          'referrer-policy': 'no-referrer',
          'cross-origin-opener-policy': 'same-origin',
        })
        expect(headers['cache-control']).toContain('no-store')
        return headers['content-security-policy']!
      },
    ),
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
