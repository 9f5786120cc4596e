import { randomUUID } from 'node:crypto'
import {
  copyToken,
  createAccount,
  enterAsGuest,
  expect,
  present,
  presentSigned,
  signIn,
  test,
  withinOneWindow,
  writeNote,
} from './people'

/** The session token without the proof that came with it. */
const bare = (locked: string) => locked.split('.').slice(0, 3).join('.')

test("a refused theft rings in the owner's window at once", async ({ victim, thief }) => {
  await enterAsGuest(victim)
  await writeNote(victim, 'mine')
  const alarm = victim.getByRole('alert', { name: 'Alarm' })
  await expect(alarm).toHaveCount(0)

  const token = await copyToken(victim)
  await presentSigned(thief, token)
  // Refused at the edge, which holds no store and reports it.
  await expect(alarm).toContainText('Somebody tried to use your session')
  await expect(alarm).toContainText('ERR_PROOF_INVALID')
  await expect(alarm).toContainText('from 127.0.0.1')
  await expect(alarm).toContainText(/Chrome \d+ on Linux/)
  await expect(alarm).toContainText('GET /api/notes')

  await present(thief, bare(token))
  await expect(alarm).toContainText('ERR_PROOF_MISSING')

  await alarm.getByRole('button', { name: 'It was me' }).click()
  await expect(alarm).toHaveCount(0)
  await presentSigned(thief, token)
  await expect(alarm).toContainText('ERR_PROOF_INVALID')
})

test('a replay, which the handler refuses, rings too', async ({ victim, thief }) => {
  await withinOneWindow()
  await enterAsGuest(victim)
  await expect(victim.getByText('No notes yet.')).toBeVisible()
  await present(thief, await copyToken(victim))
  await expect(victim.getByRole('alert', { name: 'Alarm' })).toContainText('ERR_PROOF_REPLAYED')
})

test('an attempt while the window reloads is not missed', async ({ victim, thief }) => {
  await enterAsGuest(victim)
  await writeNote(victim, 'mine')
  const token = await copyToken(victim)
  await present(thief, bare(token))
  await expect(victim.getByRole('alert', { name: 'Alarm' })).toBeVisible()
  await victim.goto('/api/health')
  await presentSigned(thief, token)
  await victim.goto('/vault')
  await expect(victim.getByRole('alert', { name: 'Alarm' })).toContainText('ERR_PROOF_INVALID')
})

test('sign out everywhere ends every session of the user', async ({ victim: one, thief: two }) => {
  const account = await createAccount(one)
  await signIn(two, account)
  await writeNote(one, 'mine')
  await presentSigned(two, await copyToken(one))
  await two.goto('/vault')
  await expect(two.getByRole('heading', { name: 'Your vault' })).toBeVisible()

  await two.goto('/vault')
  const alarm = one.getByRole('alert', { name: 'Alarm' })
  await alarm.getByRole('button', { name: 'Sign out everywhere' }).click()
  await expect(two.getByText('The session was ended')).toBeVisible()
})

test('sessions are listed, told apart and revoked; open pages hear of it', async ({
  victim: one,
  thief: two,
}) => {
  const account = await createAccount(one)
  await signIn(two, account)
  await expect(two.getByRole('heading', { name: 'Your vault' })).toBeVisible()

  await one.goto('/sessions')
  const rows = one.getByRole('list', { name: 'Your sessions' }).getByRole('listitem')
  await expect(rows).toHaveCount(2)
  await expect(rows.filter({ hasText: 'this one' })).toHaveCount(1)
  const pictures = rows.getByRole('img')
  await expect(pictures).toHaveCount(2)
  expect(await pictures.first().innerHTML()).not.toBe(await pictures.last().innerHTML())

  await rows.filter({ hasNotText: 'this one' }).getByRole('button').click()
  await expect(rows).toHaveCount(1)
  await expect(two.getByText('The session was ended')).toBeVisible()
})

test('a guest keeps the account with its notes', async ({ victim, thief: elsewhere }) => {
  await enterAsGuest(victim)
  await writeNote(victim, 'from my time as a guest')
  const account = { username: `kept-${randomUUID().slice(0, 8)}`, password: 'correct horse' }
  await victim.getByText('Keep this account').click()
  await victim.getByLabel('Username').fill(account.username)
  await victim.getByLabel('Password').fill(account.password)
  await victim.getByRole('button', { name: 'Keep the account' }).click()
  await expect(victim.getByText(`The account is yours, as ${account.username}.`)).toBeVisible()
  await signIn(elsewhere, account)
  await expect(elsewhere.getByRole('list', { name: 'Your notes' })).toContainText('as a guest')
})

for (const [name, choice] of [
  ['the cookie carrier', 'HttpOnly cookie'],
  ['profile 1', 'token and time signed'],
] as const) {
  test(`${name}, chosen at sign-in, goes the whole way`, async ({ victim }) => {
    await victim.goto('/')
    await victim.getByText('Advanced').click()
    await victim.getByLabel(choice).check()
    await victim.getByRole('button', { name: 'Enter as a guest' }).click()
    await writeNote(victim, 'through another form')
    await victim.reload()
    await expect(victim.getByRole('list', { name: 'Your notes' })).toContainText('another form')

    const isCookie = name === 'the cookie carrier'
    const cookies = await victim.context().cookies()
    expect(cookies.map((cookie) => [cookie.name, cookie.httpOnly, cookie.sameSite])).toEqual(
      isCookie ? [['session', true, 'Lax']] : [],
    )
    const mirrored = await victim.evaluate(() => localStorage.getItem('session-lock.token'))
    expect(mirrored === null).toBe(isCookie)

    await victim.getByRole('button', { name: 'Sign out' }).click()
    await expect(victim.getByRole('heading', { name: 'The vault is locked' })).toBeVisible()
    expect(await victim.context().cookies()).toEqual([])
  })
}

test('a stolen session cookie is refused without the key, and rings', async ({
  victim,
  thief,
  baseURL,
}) => {
  await victim.goto('/')
  await victim.getByText('Advanced').click()
  await victim.getByLabel('HttpOnly cookie').check()
  await victim.getByRole('button', { name: 'Enter as a guest' }).click()
  await writeNote(victim, 'mine')
  const [cookie] = await victim.context().cookies()

  const { name, value } = cookie!
  await thief.context().addCookies([{ name, value, url: baseURL! }])
  await thief.goto('/api/health')
  const answer = await thief.evaluate(async () => {
    const response = await fetch('/api/notes')
    return { status: response.status, body: (await response.json()) as { code: string } }
  })
  expect(answer).toMatchObject({ status: 401, body: { code: 'ERR_PROOF_MISSING' } })
  await expect(victim.getByRole('alert', { name: 'Alarm' })).toContainText('ERR_PROOF_MISSING')
})

test('the last request copied as curl dies, since it was used', async ({ victim }) => {
  await enterAsGuest(victim)
  await writeNote(victim, "it's <mine>")
  await victim.getByText('The same request for a terminal').click()
  await victim.getByRole('button', { name: 'Copy as curl' }).click()
  await expect(victim.getByText('Copied.')).toBeVisible()
  const command = await victim.evaluate(() => navigator.clipboard.readText())
  const { execFileSync } = await import('node:child_process')
  const answer = execFileSync('bash', ['-c', command.replace('curl -i', 'curl -s -i')]).toString()
  expect(answer).toContain('401 Unauthorized')
  expect(answer).toContain('ERR_PROOF_REPLAYED')
})
