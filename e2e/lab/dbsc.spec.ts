import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, request as playwrightRequest } from '@playwright/test'
import { AT } from '@/lib/lab/dbsc/instructions'
import { MATRIX } from '@/lib/lab/matrix'
import { expect, openPage, test } from '../people'
import {
  enter,
  gatherEvidence,
  lastCookie,
  read,
  speaking,
  steps,
  withBrowser,
} from './dbsc-browser'
import { startHttpsServer, type HttpsServer } from './https-server'

/**
 * DBSC as Chromium speaks it, with software keys. DevTools' own events say what the browser did.
 * Pages may be refused here: a document that is JSON asks for an icon that is not there.
 */

test.describe.configure({ mode: 'default' })

let server: HttpsServer
test.beforeAll(async () => {
  server = await startHttpsServer()
})
test.afterAll(() => server.stop())
test.beforeEach(() => {
  server.passed.length = 0
  server.down.clear()
  delete server.meddle
})

test('the browser registers, holds a fetch and a navigation, and leaves the rest alone', async ({
  launchOptions,
  complaints,
}) => {
  await withBrowser(speaking(launchOptions, server), async (context) => {
    const page = await openPage(context, complaints, 'may be refused')
    const evidence = await gatherEvidence(page)
    const asked: string[] = []
    page.on('request', (one) => asked.push(new URL(one.url()).pathname))
    const { sid, owner } = await enter(page, server)
    await expect
      .poll(() => evidence.done)
      .toEqual([{ sessionId: sid, kind: 'created', succeeded: true, result: 'Success' }])
    const registration = server.passed.find(({ path }) => path === AT.registration)!
    expect(registration.headers['secure-session-response']).toMatch(/^ey[\w-]+\.ey[\w-]+\.[\w-]+$/)
    expect(await read(page)).toMatchObject({ status: 200, body: expect.stringContaining(owner) })

    await context.clearCookies()
    server.passed.length = 0
    expect(await read(page)).toMatchObject({ status: 200, body: expect.stringContaining(owner) })
    expect(steps(server.passed)).toEqual(['refresh 403', 'refresh 200', 'notes 200'])
    const [first, second] = server.passed
    expect(first!.headers['sec-secure-session-id']).toBe(sid)
    expect(first!.headers['secure-session-response']).toBeUndefined()
    expect(second!.headers['secure-session-response']).toMatch(/^ey/)
    const refreshed = { sessionId: sid, kind: 'refreshed', succeeded: true, result: 'Refreshed' }
    await expect.poll(() => evidence.done.at(-1)).toEqual(refreshed)

    await context.clearCookies()
    server.passed.length = 0
    const document = await page.goto(server.origin + AT.notes)
    expect(document?.status()).toBe(200)
    expect(await document?.text()).toContain(owner)
    expect(steps(server.passed)).toEqual(['refresh 403', 'refresh 200', 'notes 200'])

    await context.clearCookies()
    server.passed.length = 0
    await page.goto(`${server.origin}/hijack`)
    for (const path of ['/api/health', '/api/lab/about']) await read(page, path)
    expect(steps(server.passed)).toEqual([])
    // None of it was asked for by the page.
    expect(asked.filter((path) => path === AT.registration || path === AT.refresh)).toEqual([])
  })
})

test('the session survives a restart of the browser', async ({ launchOptions, complaints }) => {
  const profile = mkdtempSync(join(tmpdir(), 'session-lock-dbsc-'))
  const start = () => chromium.launchPersistentContext(profile, speaking(launchOptions, server))
  try {
    const before = await start()
    const { sid, owner } = await enter(await openPage(before, complaints), server)
    await before.close()

    const after = await start()
    await after.clearCookies()
    const page = await openPage(after, complaints, 'may be refused')
    const evidence = await gatherEvidence(page)
    server.passed.length = 0
    await page.goto(server.origin + AT.notes)
    await expect(page.locator('body')).toContainText(owner)
    expect(steps(server.passed)).toEqual(['refresh 403', 'refresh 200', 'notes 200'])
    await expect.poll(() => evidence.done.map(({ sessionId }) => sessionId)).toContain(sid)
    await after.close()
  } finally {
    rmSync(profile, { recursive: true, force: true })
  }
})

test('sign-out: the browser is told to let go, and does', async ({ launchOptions, complaints }) => {
  await withBrowser(speaking(launchOptions, server), async (context) => {
    const page = await openPage(context, complaints, 'may be refused')
    const evidence = await gatherEvidence(page)
    const { sid } = await enter(page, server)
    server.passed.length = 0
    expect(await read(page, AT.session, 'DELETE')).toMatchObject({ status: 204 })
    expect((await read(page)).status).toBe(401)
    expect((await read(page)).status).toBe(401)
    // Asked once, told {"continue": false}, and never asked again.
    expect(steps(server.passed)).toEqual(['session 204', 'refresh 200', 'notes 401', 'notes 401'])
    await expect.poll(() => evidence.done.at(-1)).toMatchObject({ sessionId: sid, kind: 'ended' })
  })
})

test('sign-out with Clear-Site-Data ends it at once', async ({ launchOptions, complaints }) => {
  await withBrowser(speaking(launchOptions, server), async (context) => {
    const page = await openPage(context, complaints, 'may be refused')
    const evidence = await gatherEvidence(page)
    const { sid } = await enter(page, server)
    server.passed.length = 0
    expect(await read(page, `${AT.session}?clear=site`, 'DELETE')).toMatchObject({ status: 204 })
    await expect
      .poll(() => evidence.done.at(-1))
      .toMatchObject({ sessionId: sid, kind: 'ended', result: 'StoragePartitionCleared' })
    expect((await read(page)).status).toBe(401)
    // It does not even ask.
    expect(steps(server.passed)).toEqual(['session 204', 'notes 401'])
  })
})

test('a copied cookie opens the session until it runs out, and not a second longer', async ({
  launchOptions,
  complaints,
}) => {
  const thief = await playwrightRequest.newContext({ ignoreHTTPSErrors: true })
  const steal = async (cookie: string) => {
    const answer = await thief.get(server.origin + AT.notes, { headers: { Cookie: cookie } })
    return { status: answer.status(), body: await answer.text() }
  }
  await withBrowser(speaking(launchOptions, server), async (context) => {
    const page = await openPage(context, complaints, 'may be refused')
    const { owner } = await enter(page, server, 8)
    const cookie = lastCookie(server)
    expect(await steal(cookie)).toMatchObject({ status: 200, body: expect.stringContaining(owner) })
    await expect.poll(async () => (await steal(cookie)).body).toContain('cookie_expired')
    // The owner notices nothing: the browser has the key, and holds the request until it is back.
    server.passed.length = 0
    expect(await read(page)).toMatchObject({ status: 200, body: expect.stringContaining(owner) })
    expect(steps(server.passed).slice(0, 2)).toEqual(['refresh 403', 'refresh 200'])
  })
  await thief.dispose()
})

test('a registration that signs another challenge is refused', async ({
  launchOptions,
  complaints,
}) => {
  let other = ''
  server.meddle = {
    answer(_path, headers) {
      const offer = String(headers['secure-session-registration'] ?? '')
      const [, challenge = ''] = offer.match(/challenge="([^"]+)"/) ?? []
      if (!challenge) return
      // The second offer brings the challenge of the first.
      if (other) headers['secure-session-registration'] = offer.replace(challenge, other)
      else headers['secure-session-registration'] = 'withheld'
      other ||= challenge
    },
  }
  await withBrowser(speaking(launchOptions, server), async (context) => {
    const page = await openPage(context, complaints, 'may be refused')
    const evidence = await gatherEvidence(page)
    await page.goto(`${server.origin}/hijack`)
    for (let i = 0; i < 2; i++) {
      await page.evaluate((path) => fetch(path, { method: 'POST', body: '{}' }), AT.signIn)
    }
    await expect.poll(() => steps(server.passed)).toContain('registration 401')
    await expect
      .poll(() => evidence.done)
      .toMatchObject([{ kind: 'created', succeeded: false, result: 'PersistentHttpError' }])
    expect((await read(page)).status).toBe(401)
  })
})

test('a refresh by another key is refused, and ends that browser’s session', async ({
  launchOptions,
  complaints,
}) => {
  const options = speaking(launchOptions, server)
  await withBrowser(options, async (victim) => {
    const { sid } = await enter(await openPage(victim, complaints), server)
    server.passed.length = 0
    await withBrowser(options, async (thief) => {
      const page = await openPage(thief, complaints, 'may be refused')
      const evidence = await gatherEvidence(page)
      const own = await enter(page, server)
      // The thief's browser asks in the victim's name, and signs the victim's challenge.
      server.meddle = {
        request(path, headers) {
          if (path === AT.refresh) headers['sec-secure-session-id'] = sid
        },
        answer(_path, headers) {
          const challenge = headers['secure-session-challenge']
          if (challenge) {
            headers['secure-session-challenge'] = String(challenge).replace(sid, own.sid)
          }
        },
      }
      await thief.clearCookies()
      server.passed.length = 0
      expect((await read(page)).status).toBe(401)
      expect(steps(server.passed)).toEqual(['refresh 403', 'refresh 401', 'notes 401'])
      expect(server.passed.flatMap(({ answered }) => answered['set-cookie'] ?? [])).toEqual([])
      await expect
        .poll(() => evidence.done.filter(({ kind }) => kind === 'refreshed').at(-1))
        .toMatchObject({ sessionId: own.sid, succeeded: false })
    })
  })
})

test('the refresh endpoint is down: the request goes out without, and says why', async ({
  launchOptions,
  complaints,
}) => {
  await withBrowser(speaking(launchOptions, server), async (context) => {
    const page = await openPage(context, complaints, 'may be refused')
    const evidence = await gatherEvidence(page)
    const { sid, owner } = await enter(page, server)
    await context.clearCookies()
    server.passed.length = 0
    server.down.add(AT.refresh)
    const refused = await read(page)
    expect(refused.status).toBe(401)
    expect(refused.body).toContain('The browser skipped its refresh: server_error.')
    expect(steps(server.passed)).toEqual(['refresh 503', 'notes 401'])
    expect(server.passed.at(-1)!.headers['secure-session-skipped']).toBe(
      `server_error;session_identifier="${sid}"`,
    )
    await expect
      .poll(() => evidence.done.at(-1))
      .toMatchObject({ sessionId: sid, kind: 'refreshed', succeeded: false })
    // Nothing has ended: when it is up again, the session goes on.
    server.down.clear()
    await expect.poll(async () => (await read(page)).body).toContain(owner)
  })
})

test('script in the page finds no key, and sends with the cookie while it runs', async ({
  launchOptions,
  complaints,
}) => {
  await withBrowser(speaking(launchOptions, server), async (context) => {
    const page = await openPage(context, complaints, 'may be refused')
    const { owner } = await enter(page, server)
    const found = await page.evaluate(async () => ({
      cookies: document.cookie,
      databases: await indexedDB.databases(),
      stored: { ...localStorage, ...sessionStorage },
    }))
    expect(found).toEqual({ cookies: '', databases: [], stored: {} })
    expect(MATRIX['key-export'].dbsc.outcome).toBe('stands')
    expect((await read(page)).body).toContain(owner)
    expect(MATRIX['script-signs'].dbsc.outcome).toBe('falls')
  })
})

test('a profile copied from disk carries the software key along', async ({
  launchOptions,
  complaints,
}) => {
  const profile = mkdtempSync(join(tmpdir(), 'session-lock-dbsc-'))
  const copy = `${profile}-copy`
  const start = (folder: string) =>
    chromium.launchPersistentContext(folder, speaking(launchOptions, server))
  try {
    const victim = await start(profile)
    const { owner } = await enter(await openPage(victim, complaints), server)
    await victim.close()
    cpSync(profile, copy, { recursive: true })

    const thief = await start(copy)
    // Not the cookie alone: the next one, too.
    await thief.clearCookies()
    const page = await openPage(thief, complaints, 'may be refused')
    server.passed.length = 0
    await page.goto(server.origin + AT.notes)
    await expect(page.locator('body')).toContainText(owner)
    expect(steps(server.passed)).toEqual(['refresh 403', 'refresh 200', 'notes 200'])
    expect(MATRIX['profile-copied'].dbsc.outcome).toBe('falls')
    await thief.close()
  } finally {
    for (const folder of [profile, copy]) rmSync(folder, { recursive: true, force: true })
  }
})

test('without the flags, or with certificate errors ignored, the offer is let pass', async ({
  launchOptions,
  complaints,
}) => {
  const args = launchOptions.args ?? []
  const [features = ''] = speaking({}, server).args ?? []
  const deaf = [
    speaking(launchOptions, server).args!.filter((flag) => flag !== features),
    [...args, features, '--ignore-certificate-errors'],
  ]
  for (const flags of deaf) {
    await withBrowser({ ...launchOptions, args: flags }, async (context) => {
      server.passed.length = 0
      const page = await openPage(context, complaints, 'may be refused')
      const evidence = await gatherEvidence(page)
      await page.goto(`${server.origin}/hijack`)
      await page.evaluate((path) => fetch(path, { method: 'POST', body: '{}' }), AT.signIn)
      await page.waitForTimeout(1000)
      expect(steps(server.passed)).toEqual(['sign-in 201'])
      expect(evidence.done).toEqual([])
    })
  }
})
