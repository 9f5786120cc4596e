import { randomUUID } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { register, signIn } from './independent/client.mjs'
import { startServer, type OwnServer } from './own-server'

let server: OwnServer
test.beforeAll(async () => {
  server = await startServer({ RATE_LIMIT: '1' })
})
test.afterAll(() => server.stop())

/** What a sign-in is answered with. */
async function attempt(username: string, password: string) {
  try {
    await signIn(server.origin, { username, password })
    return 'in'
  } catch (error) {
    return String(error).match(/ERR_\w+/)?.[0] ?? String(error)
  }
}

test('guessing at one account is limited, whoever it belongs to', async () => {
  const username = `ada-${randomUUID().slice(0, 8)}`
  await register(server.origin, username, 'correct horse')
  for (const name of [username, `nobody-${randomUUID().slice(0, 8)}`]) {
    const outcomes = []
    for (let i = 0; i < 12; i++) outcomes.push(await attempt(name, `wrong password ${i}`))
    expect(outcomes.slice(0, 10).every((outcome) => outcome === 'ERR_CREDENTIALS')).toBe(true)
    expect(outcomes.slice(10)).toEqual(['ERR_RATE_LIMITED', 'ERR_RATE_LIMITED'])
  }
  // In any case and composition it is the same account.
  expect(await attempt(username.toUpperCase(), 'correct horse')).toBe('ERR_RATE_LIMITED')
})

test('a forwarded address buys no new attempts', async () => {
  const statuses = []
  for (let i = 0; i < 40; i++) {
    const { status, headers } = await fetch(`${server.origin}/api/users`, {
      method: 'POST',
      body: JSON.stringify({ username: `u-${randomUUID().slice(0, 8)}`, password: 'long enough' }),
      headers: { 'X-Forwarded-For': `198.51.100.${i}`, Forwarded: `for=198.51.100.${i}` },
    })
    statuses.push(status)
    if (status === 429) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  }
  expect(statuses.filter((status) => status === 201).length).toBeLessThanOrEqual(20)
  expect(statuses.at(-1)).toBe(429)
})

test('enrolment challenges are limited', async () => {
  const ask = async () => (await fetch(`${server.origin}/api/session/challenge`)).status
  const statuses = await Promise.all(Array.from({ length: 200 }, ask))
  expect(statuses).toContain(429)
  expect(statuses).toContain(200)
})
