import { randomUUID } from 'node:crypto'
import { expect, test as base, type BrowserContext, type Page } from '@playwright/test'

/**
 * Victim and thief: two people with a browser context each, who share nothing. Whatever a page
 * complains of (console errors, uncaught exceptions, violations of the policy) fails the test.
 */
export const test = base.extend<{
  victim: Page
  thief: Page
  accomplice: Page
  complaints: string[]
}>({
  complaints: [
    async ({}, use) => {
      const complaints: string[] = []
      await use(complaints)
      expect(complaints).toEqual([])
    },
    { auto: true },
  ],
  victim: async ({ browser, complaints }, use) => {
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] })
    await use(await openPage(context, complaints))
    await context.close()
  },
  thief: async ({ browser, complaints }, use) => {
    const context = await browser.newContext()
    await use(await openPage(context, complaints, 'may be refused'))
    await context.close()
  },
  accomplice: async ({ browser, complaints }, use) => {
    const context = await browser.newContext()
    await use(await openPage(context, complaints, 'may be refused'))
    await context.close()
  },
})

export { expect }

/** A page whose complaints are collected; a thief's refused requests are none, they are the point. */
export async function openPage(
  context: BrowserContext,
  complaints: string[],
  refusals?: 'may be refused',
): Promise<Page> {
  const page = await context.newPage()
  page.on('console', (message) => {
    const isRefusal = /^Failed to load resource/.test(message.text())
    if (message.type() === 'error' && !(refusals && isRefusal)) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  return page
}

/** Enters as a guest, the way a visitor does. */
export async function enterAsGuest(page: Page): Promise<void> {
  await page.goto('/')
  await page.getByRole('button', { name: 'Enter as a guest' }).click()
  await expect(page.getByRole('heading', { name: 'Your vault' })).toBeVisible()
}

/** Writes a note and waits until it is kept. */
export async function writeNote(page: Page, text: string): Promise<void> {
  await page.getByLabel('A note that only you should read').fill(text)
  await page.getByRole('button', { name: 'Keep the note' }).click()
  await expect(page.getByRole('list', { name: 'Your notes' }).getByText(text)).toBeVisible()
}

/** Copies the token that the vault shows. */
export async function copyToken(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Copy token' }).click()
  await expect(page.getByText('Copied.')).toBeVisible()
  return page.evaluate(() => navigator.clipboard.readText())
}

/** Life of a request challenge on the tests' server, in ms: the default (protocol §4). */
const WINDOW_MS = 150_000
/** As long as a theft here takes at most. */
const THEFT_MS = 25_000

/**
 * A copied token says nothing of the challenge that its proof covers, so the thief names the current
 * one: this waits where the window would end before the theft is over.
 */
export async function withinOneWindow(): Promise<void> {
  const left = WINDOW_MS - (Date.now() % WINDOW_MS)
  if (left < THEFT_MS) await new Promise((resolve) => setTimeout(resolve, left + 100))
}

export interface Refused {
  readonly status: number
  readonly code?: string
}

/** Sends a stolen text from a page of another browser, just as it was copied. */
export async function present(page: Page, stolen: string): Promise<Refused> {
  await page.goto('/api/health')
  return page.evaluate(async (token) => {
    const { headers } = await fetch('/api/health')
    const response = await fetch('/api/notes', {
      headers: {
        Authorization: `SessionLock ${token}`,
        'Session-Lock-Challenge': headers.get('Session-Lock-Challenge')!,
      },
    })
    return { status: response.status, ...((await response.json()) as { code?: string }) }
  }, stolen)
}

/** Signs a stolen token, in another browser, with a key that was made there (protocol §3). */
export async function presentSigned(page: Page, stolen: string): Promise<Refused> {
  await page.goto('/api/health')
  return page.evaluate(async (token) => {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
    const { privateKey } = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
    const { headers } = await fetch('/api/health')
    const challenge = headers.get('Session-Lock-Challenge')!
    const stamped = `${token}.${Date.now()}`
    const lines = ['session-lock/2', stamped, 'GET', `${location.origin}/api/notes`, '', challenge]
    const text = new TextEncoder().encode(lines.join('\n'))
    const bytes = new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, text))
    const base64 = btoa(String.fromCharCode(...bytes))
    const signature = base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
    const response = await fetch('/api/notes', {
      headers: {
        Authorization: `SessionLock ${stamped}.${signature}`,
        'Session-Lock-Challenge': challenge,
      },
    })
    return { status: response.status, ...((await response.json()) as { code?: string }) }
  }, stolen.split('.').slice(0, 3).join('.'))
}

/** Makes an account through the page, and is signed in to it. */
export async function createAccount(page: Page): Promise<{ username: string; password: string }> {
  const account = { username: `ada-${randomUUID().slice(0, 8)}`, password: 'correct horse' }
  await fillAccount(page, account)
  await page.getByRole('button', { name: 'Create an account' }).click()
  await expect(page.getByText(`Signed in as ${account.username}`)).toBeVisible()
  return account
}

/** Signs in to an account through the page. */
export async function signIn(
  page: Page,
  account: { username: string; password: string },
): Promise<void> {
  await fillAccount(page, account)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByText(`Signed in as ${account.username}`)).toBeVisible()
}

async function fillAccount(page: Page, account: { username: string; password: string }) {
  await page.goto('/')
  await page.getByText('Or with an account').click()
  await page.getByLabel('Username').fill(account.username)
  await page.getByLabel('Password').fill(account.password)
}
