import { copyToken, enterAsGuest, expect, test, withinOneWindow, writeNote } from '../people'
import { use } from './thief'

test('a stolen token is refused in another browser, and its owner goes on', async ({
  victim,
  thief,
}) => {
  await enterAsGuest(victim)
  await writeNote(victim, 'the combination is 7-21-42')
  const token = await copyToken(victim)
  expect(token.split('.')).toHaveLength(5)

  await use(thief, token)
  const verdict = thief.getByTestId('verdict')
  await expect(verdict).toContainText('ERR_PROOF_INVALID')
  await expect(verdict).toContainText('not signed by this session')
  await expect(verdict).not.toContainText('7-21-42')
  const checks = verdict.getByRole('list', { name: 'Checks' }).getByRole('listitem')
  await expect(checks).toHaveText([
    /read.*passed/,
    /token.*passed/,
    /carrier and profile.*passed/,
    /proof.*failed/,
    /fresh.*not reached/,
    /challenge.*not reached/,
    /body.*not reached/,
    /replay.*not reached/,
    /session.*not reached/,
  ])

  await writeNote(victim, 'still here')
})

test('a captured request is refused when it is sent again', async ({ victim, thief }) => {
  await withinOneWindow()
  await enterAsGuest(victim)
  await expect(victim.getByText('No notes yet.')).toBeVisible()
  await use(thief, await copyToken(victim), 'Send it again as it stands')
  const verdict = thief.getByTestId('verdict')
  await expect(verdict).toContainText('ERR_PROOF_REPLAYED')
  await expect(verdict.getByRole('listitem').filter({ hasText: 'replay' })).toContainText('failed')
})

test('the session token alone is refused', async ({ victim, thief }) => {
  await enterAsGuest(victim)
  // What malware that reads the browser's storage finds.
  const token = await victim.evaluate(() => localStorage.getItem('session-lock.token'))
  expect(token?.split('.')).toHaveLength(3)
  await use(thief, token!, 'Send the session token alone')
  await expect(thief.getByTestId('verdict')).toContainText('ERR_PROOF_MISSING')
})

test('a plain bearer token opens its sample in another browser', async ({ victim, thief }) => {
  await victim.goto('/hijack')
  await victim.getByRole('button', { name: 'Issue a bearer token' }).click()
  const token = await victim.getByTestId('bearer-token').innerText()

  await use(thief, token)
  await expect(thief.getByTestId('verdict')).toContainText('You are in')
  await expect(thief.getByTestId('verdict')).toContainText('7-21-42')
})

test('what is no token is said to be none', async ({ thief }) => {
  await thief.goto('/hijack')
  for (const text of ['nonsense', 'a.b.c', 'a.b.c.d.e.f', '{"token":1}']) {
    await thief.getByLabel('The stolen token').fill(text)
    await thief.getByRole('button', { name: 'Use the token' }).click()
    await expect(thief.getByText('This is no token of this application')).toBeVisible()
  }
})

test('the vault hands the token to the thief’s page, and no address keeps it', async ({
  victim,
}) => {
  await enterAsGuest(victim)
  await writeNote(victim, 'mine')
  const [page] = await Promise.all([
    victim.context().waitForEvent('page'),
    victim.getByRole('link', { name: 'Open the thief’s page with it' }).click(),
  ])
  await expect(page.getByLabel('The stolen token')).toHaveValue(/^[\w-]+(\.[\w-]+){4}$/)
  expect(new URL(page.url()).hash).toBe('')
})
