import { expectNoViolations, overflow, tabTo } from '../page-checks'
import { copyToken, enterAsGuest, expect, test, writeNote } from '../people'
import { use } from './thief'

const cell = (attack: string, scheme: string) => new RegExp(`^${attack}, ${scheme}: `)

test('a cell tells its story with the real bytes, and the column can be walked', async ({
  victim,
}) => {
  await victim.goto('/lab')
  const swapped = victim.getByRole('button', {
    name: cell('Body swapped', 'session-lock, profile 2'),
  })
  await expect(swapped).toHaveAttribute('data-outcome', 'stands')
  await swapped.click()
  const story = victim.getByRole('dialog', { name: 'Body swapped' })
  await expect(story.getByText('Performed just now:')).toBeVisible()
  await expect(story).toContainText('ERR_DIGEST_MISMATCH')
  await expect(story.getByRole('list', { name: 'Requests' })).toContainText(
    'Content-Digest: sha-256',
  )
  const checks = story.getByRole('list', { name: 'The server’s checks' }).getByRole('listitem')
  await expect(checks.filter({ hasText: 'failed' })).toHaveText(/body/)
  await expect(checks.filter({ hasText: 'not reached' })).toHaveCount(2)
  await story.getByText('The attack’s source').click()
  await expect(story.getByText('export const otherBody')).toBeVisible()
  await expectNoViolations(victim)

  await story.getByRole('button', { name: 'Next attack' }).click()
  const next = victim.getByRole('dialog', { name: 'Thief’s key written into the token' })
  await expect(next).toContainText('ERR_TOKEN_INVALID')
  await victim.keyboard.press('Escape')
  await expect(next).toHaveCount(0)
  await expect(swapped).toHaveAttribute('data-result', 'confirmed')
})

test('all of it is performed live, touches no session of the visitor’s, and can be stopped', async ({
  victim,
}) => {
  await enterAsGuest(victim)
  await writeNote(victim, 'mine')
  await victim.goto('/lab')
  await victim.getByRole('button', { name: 'Perform all of it now' }).click()
  await expect(victim.locator('[data-result=confirmed]').nth(20)).toBeVisible()
  await expect(victim.locator('[data-result=otherwise]')).toHaveCount(0)
  await victim.getByRole('button', { name: 'Stop' }).click()
  await expect(victim.getByRole('status')).toContainText('all as shown')
  await expect(victim.getByRole('status')).toContainText('Stopped.')
  await victim.goto('/vault')
  await expect(victim.getByRole('list', { name: 'Your notes' })).toContainText('mine')
  await expect(victim.getByRole('alert', { name: 'Alarm' })).toHaveCount(0)
})

test('a cell is opened, walked and closed by keyboard alone', async ({ victim }) => {
  await victim.goto('/lab')
  await tabTo(victim, /^Stolen token, used elsewhere, Bearer token: falls/)
  await victim.keyboard.press('Enter')
  await expect(victim.getByRole('dialog')).toContainText('The thief sends')
  await tabTo(victim, /^Next attack$/)
  await victim.keyboard.press('Enter')
  await expect(victim.getByRole('dialog')).toContainText('a key made on the spot')
  await victim.keyboard.press('Escape')
  await expect(victim.getByRole('dialog')).toHaveCount(0)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in the lab, ${colorScheme}`, async ({ victim, thief }) => {
    test.setTimeout(120_000)
    for (const page of [victim, thief]) await page.emulateMedia({ colorScheme })
    for (const path of ['/lab', '/lab/bearer', '/lab/profile-2']) {
      await victim.goto(path)
      await expectNoViolations(victim)
    }
    await enterAsGuest(victim)
    await writeNote(victim, 'a note')
    await use(thief, await copyToken(victim))
    await thief.getByRole('button', { name: 'Issue a bearer token' }).click()
    await thief.getByText('The request as it was sent').click()
    await thief.getByText('How it works').click()
    await expectNoViolations(thief)
  })
}

for (const width of [320, 390, 1280, 1920]) {
  test(`nothing in the lab is wider than ${width} px`, async ({ victim, thief }) => {
    for (const page of [victim, thief]) await page.setViewportSize({ width, height: 800 })
    for (const path of ['/lab', '/lab/dpop']) {
      await victim.goto(path)
      expect(await overflow(victim), path).toBeLessThanOrEqual(0)
    }
    await enterAsGuest(victim)
    await writeNote(victim, 'a note')
    await use(thief, await copyToken(victim))
    await thief.getByText('The request as it was sent').click()
    expect(await overflow(thief)).toBeLessThanOrEqual(0)
  })
}

test('a column is walked step by step from its own page', async ({ victim }) => {
  await victim.goto('/lab/cookie')
  await victim.getByRole('button', { name: 'Walk through it, step by step' }).click()
  const first = victim.getByRole('dialog', { name: 'Stolen token, used elsewhere' })
  await expect(first).toContainText('1 of ')
  await expect(first).toContainText('ERR_PROOF_MISSING')
  await first.getByRole('button', { name: 'Next attack' }).click()
  await expect(victim.getByRole('dialog')).toContainText('2 of ')
})

test('a scheme that is none is no page', async ({ thief }) => {
  const answer = await thief.goto('/lab/rot13')
  expect(answer?.status()).toBe(404)
})

test('the runs are bounded, and what is no run is refused', async ({ request }) => {
  const run = (data: unknown) => request.post('/api/lab/run', { data })
  expect((await run({ schemes: ['rot13'] })).status()).toBe(400)
  expect((await run({ url: 'http://evil.example' })).status()).toBe(400)
  const one = { schemes: ['bearer'], attacks: ['race-100'] }
  const statuses = await Promise.all(
    Array.from({ length: 8 }, async () => (await run(one)).status()),
  )
  expect(statuses).toContain(200)
  expect(statuses).toContain(429)
})
