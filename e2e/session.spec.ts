import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Response } from '@playwright/test'
import { enterAsGuest, expect, openPage, test, writeNote } from './people'

const myNotes = { name: 'Your notes' }

test('a session outlives a reload', async ({ victim }) => {
  await enterAsGuest(victim)
  await writeNote(victim, 'before the reload')
  await victim.reload()
  await expect(victim.getByRole('list', myNotes)).toContainText('before the reload')
})

test('a session outlives a restart of the browser, its key with it', async ({
  baseURL,
  launchOptions,
  complaints,
}) => {
  const profile = mkdtempSync(join(tmpdir(), 'session-lock-profile-'))
  const start = () => chromium.launchPersistentContext(profile, { ...launchOptions, baseURL })
  try {
    const first = await start()
    const before = await openPage(first, complaints)
    await enterAsGuest(before)
    await writeNote(before, 'before the restart')
    await first.close()

    const second = await start()
    const after = await openPage(second, complaints)
    await after.goto('/vault')
    await expect(after.getByRole('list', myNotes)).toContainText('before the restart')
    await second.close()
  } finally {
    rmSync(profile, { recursive: true, force: true })
  }
})

// Two tabs that ask for the same in the same millisecond say the same, and one of them asks again.
test('two tabs share one session, and leave it together', async ({ thief: victim, complaints }) => {
  const other = await openPage(victim.context(), complaints, 'may be refused')
  await other.goto('/vault')
  await expect(other.getByText('This browser holds no session.')).toBeVisible()

  await enterAsGuest(victim)
  await expect(other.getByRole('heading', { name: 'Your vault' })).toBeVisible()
  await Promise.all([writeNote(victim, 'from one'), writeNote(other, 'from two')])
  await victim.reload()
  await expect(victim.getByRole('list', myNotes).getByRole('listitem')).toHaveCount(2)

  await other.getByRole('button', { name: 'Sign out' }).click()
  await expect(victim.getByRole('heading', { name: 'The vault is locked' })).toBeVisible()
})

const REPEATED = 'GET ERR_PROOF_REPLAYED'

async function codeOf(response: Response): Promise<string> {
  const { code } = (await response.json()) as { code: string }
  return `${response.request().method()} ${code}`
}

test('twenty tabs that enter at once share one key and one session', async ({
  thief: victim,
  complaints,
}) => {
  test.setTimeout(90_000)
  const context = victim.context()
  const tabs = [victim]
  while (tabs.length < 20) tabs.push(await openPage(context, complaints, 'may be refused'))
  const refusals: Promise<string>[] = []
  context.on('response', (response) => {
    if (response.status() >= 400) refusals.push(codeOf(response))
  })
  await Promise.all(tabs.map((tab) => tab.goto('/')))
  const ready = tabs.map((tab) => tab.getByRole('button', { name: 'Enter as a guest' }))
  for (const button of ready) await expect(button).toBeEnabled()
  // All in one turn of this process: some tabs hear of the session before they ask for one.
  await Promise.allSettled(ready.map((button) => button.click({ timeout: 10_000 })))

  await victim.goto('/sessions')
  const rows = victim.getByRole('list', { name: 'Your sessions' }).getByRole('listitem')
  await expect(rows).toHaveCount(1)
  const tokens = await Promise.all(
    tabs.map((tab) => tab.evaluate(() => localStorage.getItem('session-lock.token'))),
  )
  expect(new Set(tokens).size).toBe(1)
  for (const tab of tabs.slice(1, 4)) {
    await tab.goto('/vault')
    await expect(tab.getByRole('heading', { name: 'Your vault' })).toBeVisible()
  }
  expect(new Set([...(await Promise.all(refusals)), REPEATED])).toEqual(new Set([REPEATED]))
})

test('notes are kept and deleted', async ({ victim }) => {
  await enterAsGuest(victim)
  await writeNote(victim, 'one\n<b>two</b> 😀')
  await writeNote(victim, 'three')
  await victim.getByRole('button', { name: 'Delete the note “three”' }).click()
  await expect(victim.getByRole('list', myNotes).getByRole('listitem')).toHaveCount(1)
  await expect(victim.getByRole('list', myNotes)).toContainText('<b>two</b> 😀')
})

test('an account is made, left and entered again', async ({ victim }) => {
  const username = `ada-${randomUUID().slice(0, 8)}`
  const fill = async (password: string) => {
    await victim.goto('/')
    await victim.getByText('Or with an account').click()
    await victim.getByLabel('Username').fill(username)
    await victim.getByLabel('Password').fill(password)
  }
  await fill('correct horse')
  await victim.getByRole('button', { name: 'Create an account' }).click()
  await expect(victim.getByText(`Signed in as ${username}`)).toBeVisible()
  await writeNote(victim, 'kept for later')
  await victim.getByRole('button', { name: 'Sign out' }).click()
  await expect(victim.getByRole('heading', { name: 'The vault is locked' })).toBeVisible()

  await fill('correct horse')
  await victim.getByRole('button', { name: 'Sign in' }).click()
  await expect(victim.getByRole('list', myNotes)).toContainText('kept for later')
})

// The thief's page may be refused; here it is an owner who mistypes.
test('a sign-in that fails leaves the live session alone', async ({ thief: owner }) => {
  await enterAsGuest(owner)
  await writeNote(owner, 'from before')
  await owner.goto('/')
  await owner.getByText('Or sign in as somebody else').click()
  await owner.getByLabel('Username').fill('nobody-of-this-name')
  await owner.getByLabel('Password').fill('wrong password')
  await owner.getByRole('button', { name: 'Sign in' }).click()
  await expect(owner.getByText('Username and password do not fit.')).toBeVisible()

  await owner.getByRole('link', { name: 'Go on to your vault' }).click()
  await expect(owner.getByRole('list', myNotes)).toContainText('from before')
  await writeNote(owner, 'and after')
})

test('a session that was ended elsewhere says so', async ({ thief: owner }) => {
  await enterAsGuest(owner)
  const revoked = {
    status: 401,
    contentType: 'application/problem+json',
    body: JSON.stringify({ code: 'ERR_SESSION_REVOKED', status: 401, detail: 'Revoked.' }),
  }
  await owner.route('**/api/notes', (route) => route.fulfill(revoked))
  await owner.reload()
  await expect(owner.getByText('The session was ended')).toBeVisible()
})

test('a lost key is told from no session', async ({ victim }) => {
  await enterAsGuest(victim)
  await victim.goto('/api/health')
  await victim.evaluate(
    () =>
      new Promise((resolve) => {
        indexedDB.deleteDatabase('session-lock').onsuccess = resolve
      }),
  )
  await victim.goto('/vault')
  await expect(victim.getByText('its key is gone')).toBeVisible()
})

test('a clock that is a day off gets in', async ({ thief: owner }) => {
  // A refusal teaches the clock, and shows in the console.
  await owner.clock.install({ time: Date.now() - 86_400_000 })
  await enterAsGuest(owner)
  await writeNote(owner, 'yesterday, by my clock')
  await owner.reload()
  await expect(owner.getByRole('list', myNotes)).toContainText('yesterday')
})

test('no redirect carries a proof on', async ({ thief: owner }) => {
  await enterAsGuest(owner)
  const followed: string[] = []
  owner.on('request', (request) => {
    if (request.url().endsWith('/api/health')) followed.push(request.method())
  })
  await owner.route('**/api/notes', (route) =>
    route.fulfill({ status: 302, headers: { Location: '/api/health' } }),
  )
  await owner.getByLabel('A note that only you should read').fill('sent astray')
  await owner.getByRole('button', { name: 'Keep the note' }).click()
  await expect(owner.getByText('That did not work')).toBeVisible()
  expect(followed).toEqual([])
})

test('a server that cannot be reached costs no note', async ({ thief: owner }) => {
  await enterAsGuest(owner)
  await owner.route('**/api/notes', (route) => route.abort())
  const field = owner.getByLabel('A note that only you should read')
  await field.fill('not lost')
  await owner.getByRole('button', { name: 'Keep the note' }).click()
  await expect(owner.getByText('The server cannot be reached')).toBeVisible()
  await expect(field).toHaveValue('not lost')
})
