import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'
import { startServer, type OwnServer } from './own-server'
import { expect, test } from './people'

/** An OAuth provider of our own, which speaks as GitHub does: real redirects, no other person asked. */
function startProvider(): Promise<Server> {
  const provider = createServer((request, response) => {
    const url = new URL(request.url!, 'http://provider')
    const json = (body: object) => {
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify(body))
    }
    if (url.pathname === '/login/oauth/authorize') {
      const back = new URL(url.searchParams.get('redirect_uri')!)
      back.searchParams.set('code', 'a-code')
      back.searchParams.set('state', url.searchParams.get('state')!)
      // An attacker stops here, and keeps the way back for somebody else.
      if (request.headers['user-agent'] === 'stop') response.end(back.href)
      else response.writeHead(302, { Location: back.href }).end()
    } else if (url.pathname === '/login/oauth/access_token') {
      json({ access_token: 'an-access-token', token_type: 'bearer', scope: 'read:user' })
    } else if (url.pathname === '/user') {
      json({ id: 583231, login: 'octocat', name: 'The Octocat', avatar_url: '' })
    } else {
      response.writeHead(404).end()
    }
  })
  return new Promise((resolve) => provider.listen(0, '127.0.0.1', () => resolve(provider)))
}

let provider: Server
let server: OwnServer
test.beforeAll(async () => {
  provider = await startProvider()
  const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`
  server = await startServer({
    ...{ GITHUB_ID: 'an-id', GITHUB_SECRET: 'a-secret' },
    ...{ GITHUB_URL: url, GITHUB_API_URL: url },
  })
})
test.afterAll(async () => {
  await server.stop()
  provider.close()
})

async function signInWithGitHub(page: Page) {
  await page.goto(`${server.origin}/`)
  await page.getByText('Or with an account').click()
  await page.getByRole('button', { name: 'Sign in with GitHub' }).click()
}

test('GitHub says who somebody is, and the session is bound to the key that left', async ({
  victim,
}) => {
  await signInWithGitHub(victim)
  await expect(victim.getByText('Signed in as octocat@github')).toBeVisible()
  expect(victim.url()).toBe(`${server.origin}/vault`)
  const cookies = (await victim.context().cookies()).map(({ name }) => name)
  expect(cookies.filter((name) => /session-token/.test(name))).toEqual([])

  await victim.getByRole('button', { name: 'Sign out' }).click()
  await expect(victim.getByRole('heading', { name: 'The vault is locked' })).toBeVisible()
  await signInWithGitHub(victim)
  await expect(victim.getByText('Signed in as octocat@github')).toBeVisible()
})

test('a prepared provider link does not sign the victim in', async ({ browser, thief: victim }) => {
  const attacker = await (await browser.newContext({ userAgent: 'stop' })).newPage()
  await signInWithGitHub(attacker)
  await attacker.waitForURL(/login\/oauth\/authorize/)
  const wayBack = await attacker.locator('body').innerText()
  expect(wayBack).toContain('/api/auth/callback/github?code=a-code&state=')

  await victim.goto(wayBack)
  await expect(victim.getByRole('heading', { name: 'You are not signed in' })).toBeVisible()
  await victim.goto(`${server.origin}/vault`)
  await expect(victim.getByText('This browser holds no session.')).toBeVisible()
})

test("an attacker's ticket is worth nothing in the victim's browser, nor in a second use", async ({
  accomplice: attacker,
  thief: victim,
}) => {
  let ticket = ''
  await attacker.route('**/api/session', (route) => {
    ticket = (route.request().postDataJSON() as { ticket?: string }).ticket ?? ''
    return route.abort()
  })
  await signInWithGitHub(attacker)
  await expect(attacker.getByRole('heading', { name: 'You are not signed in' })).toBeVisible()
  expect(ticket).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  expect(new URL(attacker.url()).hash).toBe('')

  await victim.goto(`${server.origin}/finish#ticket=${ticket}`)
  await expect(victim.getByRole('heading', { name: 'You are not signed in' })).toBeVisible()
  expect(new URL(victim.url()).hash).toBe('')
  await victim.goto(`${server.origin}/vault`)
  await expect(victim.getByText('This browser holds no session.')).toBeVisible()
})

test('a sign-in that was never begun here ends in words', async ({ victim }) => {
  await victim.goto(`${server.origin}/finish?error=NoKey`)
  await expect(victim.getByText('This browser had not begun this sign-in.')).toBeVisible()
  await expect(victim.getByRole('link', { name: 'Begin again' })).toBeVisible()
})
