import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { enterAsGuest, createAccount, expect, test, writeNote } from './people'

const SECRET = 'only-for-my-eyes-7-21-42'

/** Every route that the build knows, with something in the place of what is dynamic. */
function listRoutes(): string[] {
  const folder = process.env.DIST_DIR ?? '.next'
  const manifest = JSON.parse(
    readFileSync(join(folder, 'app-path-routes-manifest.json'), 'utf8'),
  ) as Record<string, string>
  return [...new Set(Object.values(manifest))].map((path) =>
    path
      .replace('[...nextauth]', 'session')
      .replaceAll(/\[(\.\.\.)?\w+\]/g, 'AAAAAAAAAAAAAAAAAAAAAA'),
  )
}

const MAY_BE_READ = /^\/api\/(health|session\/challenge)$/

test('no cookie and no token alone reads anything, on any route', async ({
  victim,
  thief,
  request,
}) => {
  const { username } = await createAccount(victim)
  await writeNote(victim, SECRET)
  const token = await victim.evaluate(() => localStorage.getItem('session-lock.token'))

  await thief.goto('/')
  await thief.getByText('Advanced').click()
  await thief.getByLabel('HttpOnly cookie').check()
  await thief.getByRole('button', { name: 'Enter as a guest' }).click()
  await writeNote(thief, SECRET)
  const [cookie] = await thief.context().cookies()

  // next-auth's own way in, all the way: it must not leave a cookie that opens anything.
  const csrf = await request.get('/api/auth/csrf')
  const { csrfToken } = (await csrf.json()) as { csrfToken: string }
  const signedIn = await request.post('/api/auth/callback/credentials', {
    form: { csrfToken, username, password: 'correct horse', json: 'true' },
  })
  expect(await signedIn.json()).toEqual({ url: expect.stringContaining('/finish?error=NoKey') })
  const { cookies } = await request.storageState()
  expect(cookies.map(({ name }) => name).sort()).toEqual([
    'next-auth.callback-url',
    'next-auth.csrf-token',
  ])
  const nextAuth = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')

  const loot: Record<string, Record<string, string>> = {
    'the token as bearer': { Authorization: `Bearer ${token}` },
    'the token under our scheme': { Authorization: `SessionLock ${token}` },
    'the session cookie': { Cookie: `session=${cookie!.value}` },
    'the token as cookie': { Cookie: `session=${token}` },
    "next-auth's cookies": { Cookie: nextAuth },
    'the token in next-auth’s cookie': { Cookie: `next-auth.session-token=${token}` },
  }
  const routes = listRoutes()
  expect(routes).toEqual(
    expect.arrayContaining(['/api/notes', '/api/sessions', '/api/events', '/vault']),
  )
  for (const path of routes.filter((route) => !route.startsWith('/api/lab/'))) {
    for (const [name, headers] of Object.entries(loot)) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        const response = await fetch(new URL(path, process.env.APP_ORIGIN), {
          ...{ method, headers, redirect: 'manual' },
          signal: AbortSignal.timeout(5000),
        })
        const text = await response.text()
        const told = `${method} ${path} with ${name}: ${response.status}`
        expect(text, told).not.toContain(SECRET)
        expect(text, told).not.toContain(username)
        expect(response.status, told).toBeLessThan(500)
        if (path.startsWith('/api/') && !MAY_BE_READ.test(path)) {
          expect(response.status, told).toBeGreaterThanOrEqual(400)
        }
      }
    }
  }
})

test("next-auth's session is not served", async ({ request }) => {
  for (const action of ['session', 'signout', '_log', 'constructor', 'verify-request']) {
    expect((await request.get(`/api/auth/${action}`)).status(), action).toBe(404)
    expect((await request.post(`/api/auth/${action}`)).status(), action).toBe(404)
  }
})

test('next-auth takes a form, and no more than fits', async ({ request }) => {
  const post = async (options: Parameters<typeof request.post>[1]) =>
    (await request.post('/api/auth/callback/credentials', options)).status()
  expect(await post({ data: { username: 'a' } })).toBe(400)
  expect(await post({ data: '{', headers: { 'Content-Type': 'application/json' } })).toBe(400)
  const huge = 'a'.repeat(2 * 1024 * 1024)
  expect(await post({ form: { username: huge } })).toBe(413)
})

test('an honest guest is still served after all that', async ({ victim }) => {
  await enterAsGuest(victim)
})
