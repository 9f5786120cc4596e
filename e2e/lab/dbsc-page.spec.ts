import { chromium, request as playwrightRequest, type Page } from '@playwright/test'
import { AT } from '@/lib/lab/dbsc/instructions'
import { expectNoViolations, overflow, tabTo } from '../page-checks'
import { expect, openPage, test } from '../people'
import { gatherEvidence, lastCookie, speaking, steps, withBrowser } from './dbsc-browser'
import { startHttpsServer, type HttpsServer } from './https-server'

/** The page at /lab/dbsc: which one you got, by what the browser did. */

test.describe.configure({ mode: 'default' })

let server: HttpsServer
test.beforeAll(async () => {
  server = await startHttpsServer()
})
test.afterAll(() => server.stop())
test.beforeEach(() => {
  server.passed.length = 0
  delete server.meddle
})

async function signIn(page: Page): Promise<void> {
  await page.goto(`${server.origin}/lab/dbsc`)
  await page.getByRole('button', { name: 'Sign in with DBSC on offer' }).click()
}

const openSeconds = async (page: Page) =>
  parseInt((await page.getByTestId('open-seconds').textContent()) ?? '')

test('a browser that registers gets DBSC, and the page shows what happens', async ({
  launchOptions,
  complaints,
}) => {
  await withBrowser(speaking(launchOptions, server), async (context) => {
    const page = await openPage(context, complaints, 'may be refused')
    const evidence = await gatherEvidence(page)
    await signIn(page)
    await expect(page.getByText('You got DBSC')).toBeVisible()
    const events = page.getByTestId('events').getByRole('listitem')
    await expect(events.first()).toHaveAttribute('data-kind', 'registered')
    const first = await openSeconds(page)
    expect(first).toBeGreaterThan(150)
    await expect.poll(() => openSeconds(page)).toBeLessThan(first)

    const answers = page.getByRole('list', { name: 'Answers' }).getByRole('listitem')
    await page.getByRole('button', { name: 'Read the note' }).click()
    await expect(answers.first()).toContainText('GET /api/lab/dbsc/notes → 200')
    await page.getByRole('button', { name: 'Drop the cookie' }).click()
    await expect(answers.first()).toContainText('expire → 204')
    await page.getByRole('button', { name: 'Read the note' }).click()
    await expect(answers.first()).toContainText('GET /api/lab/dbsc/notes → 200')
    await expect(events.first()).toHaveAttribute('data-kind', 'refreshed')
    await expect
      .poll(() => evidence.done.map(({ kind }) => kind))
      .toEqual(['created', 'challenged', 'refreshed'])
    await expectNoViolations(page)

    await page.getByRole('button', { name: 'Sign out' }).click()
    await expect(events.first()).toHaveAttribute('data-kind', 'told-to-end')
    await expect(answers.first()).toContainText('401')
    expect(await openSeconds(page)).toBe(0)
    await page.getByRole('button', { name: 'Begin again' }).click()
    await expect(page.getByRole('button', { name: 'Sign in with DBSC on offer' })).toBeVisible()
  })
})

test('a browser that lets the offer pass gets the session-lock cookie', async ({
  launchOptions,
  complaints,
}) => {
  const args = [...(launchOptions.args ?? []), '--ignore-certificate-errors']
  await withBrowser({ ...launchOptions, args }, async (context) => {
    const page = await openPage(context, complaints, 'may be refused')
    await signIn(page)
    await expect(page.getByText('You got the fallback: session-lock, in a cookie')).toBeVisible()
    expect(await openSeconds(page)).toBe(0)
    await page.getByRole('button', { name: 'Read your notes' }).click()
    await expect(page.getByTestId('exchange')).toContainText('GET /api/notes → 200')
    // What the page says of it: the cookie alone opens nothing.
    const cookies = await context.cookies(server.origin)
    const thief = await playwrightRequest.newContext({ ignoreHTTPSErrors: true })
    const Cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
    const stolen = await thief.get(`${server.origin}/api/notes`, { headers: { Cookie } })
    expect(await stolen.json()).toMatchObject({ code: 'ERR_PROOF_MISSING' })
    await thief.dispose()
    await expectNoViolations(page)
    // The sign-in was taken back: a registration that came now would find none.
    expect(steps(server.passed).at(-1)).toBe('watch 204')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await expect(page.getByRole('button', { name: 'Sign in with DBSC on offer' })).toBeVisible()
  })
})

test('a registration that is refused is none: the fallback again', async ({
  launchOptions,
  complaints,
}) => {
  server.meddle = {
    request(path, headers) {
      if (path === AT.registration) headers['secure-session-response'] = 'ey.ey.ey'
    },
  }
  await withBrowser(speaking(launchOptions, server), async (context) => {
    const page = await openPage(context, complaints, 'may be refused')
    await signIn(page)
    await expect(page.getByText('You got the fallback')).toBeVisible()
    expect(steps(server.passed)).toContain('registration 401')
  })
})

test('over plain http the page says why, and a session that is there stays', async ({
  thief: visitor,
}) => {
  await visitor.goto('/')
  await visitor.getByRole('button', { name: 'Enter as a guest' }).click()
  await expect(visitor.getByRole('heading', { name: 'Your vault' })).toBeVisible()
  const token = () => visitor.evaluate(() => localStorage.getItem('session-lock.token'))
  const before = await token()
  await visitor.goto('/lab/dbsc')
  await visitor.getByText('What a browser needs to speak it').click()
  await expect(visitor.getByText('This server speaks plain http')).toBeVisible()
  await visitor.getByRole('button', { name: 'Sign in with DBSC on offer' }).click()
  await expect(visitor.getByText('session-lock, in a header')).toBeVisible()
  expect(await token()).toBe(before)
})

test('by keyboard alone', async ({ launchOptions, complaints }) => {
  await withBrowser(speaking(launchOptions, server), async (context) => {
    const page = await openPage(context, complaints)
    await page.goto(`${server.origin}/lab/dbsc`)
    const button = page.getByRole('button', { name: 'Sign in with DBSC on offer' })
    await expect(button).toBeEnabled()
    await tabTo(page, /^Sign in with DBSC on offer$/)
    await page.keyboard.press('Enter')
    await expect(page.getByText('You got DBSC')).toBeVisible()
    await tabTo(page, /^Read the note$/)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('list', { name: 'Answers' })).toContainText('→ 200')
  })
})

test('light and dark, narrow and wide', async ({ launchOptions, complaints }) => {
  const browser = await chromium.launch(speaking(launchOptions, server))
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ colorScheme })
    const page = await openPage(context, complaints)
    await signIn(page)
    await expect(page.getByText('You got DBSC')).toBeVisible()
    await page.getByText('What a browser needs to speak it').click()
    await expectNoViolations(page)
    for (const width of [320, 390, 1280, 1920]) {
      await page.setViewportSize({ width, height: 800 })
      expect(await overflow(page), `${width}`).toBeLessThanOrEqual(0)
    }
    await context.close()
  }
  expect(lastCookie(server)).toContain('__Secure-lab-dbsc=')
  await browser.close()
})
