import { chromium, type BrowserContext, type LaunchOptions, type Page } from '@playwright/test'
import { browserFlags } from '@/lib/lab/dbsc/https.mjs'
import type { SignedIn } from '@/lib/lab/dbsc/entrance'
import { AT } from '@/lib/lab/dbsc/instructions'
import { expect } from '../people'
import type { HttpsServer, Passed } from './https-server'

/** A Chromium that speaks DBSC, and what DevTools says that it did. */

/** How to start one: with software keys, and with this server's certificate trusted. */
export function speaking(options: LaunchOptions, server: HttpsServer): LaunchOptions {
  return { ...options, args: [...(options.args ?? []), ...browserFlags(server.identity)] }
}

/** Starts a browser, hands over a context of it, and closes it whatever happens. */
export async function withBrowser(
  options: LaunchOptions,
  work: (context: BrowserContext) => Promise<void>,
): Promise<void> {
  const browser = await chromium.launch(options)
  try {
    await work(await browser.newContext())
  } finally {
    await browser.close()
  }
}

/** What a browser did by itself. `known` are the sessions that it holds, as it told them at first. */
export interface Evidence {
  readonly known: string[]
  readonly done: Done[]
}
interface Done {
  readonly sessionId?: string | undefined
  readonly kind: 'created' | 'challenged' | 'refreshed' | 'ended'
  readonly succeeded: boolean
  /** The browser's own word for how it went. */
  readonly result?: string | undefined
}

/** Listens to DevTools: the evidence that the browser, and no script, did it. */
export async function gatherEvidence(page: Page): Promise<Evidence> {
  const cdp = await page.context().newCDPSession(page)
  const evidence: Evidence = { known: [], done: [] }
  cdp.on('Network.deviceBoundSessionsAdded', ({ sessions }) => {
    evidence.known.push(...sessions.map(({ key }) => key.id))
  })
  cdp.on('Network.deviceBoundSessionEventOccurred', (event) => {
    const { creationEventDetails, refreshEventDetails, challengeEventDetails } = event
    const { sessionId, succeeded } = event
    const note = (kind: Done['kind'], result?: string) =>
      void evidence.done.push({ sessionId, succeeded, kind, result })
    if (creationEventDetails) note('created', creationEventDetails.fetchResult)
    else if (refreshEventDetails) note('refreshed', refreshEventDetails.refreshResult)
    else if (challengeEventDetails) note('challenged', challengeEventDetails.challengeResult)
    else note('ended', event.terminationEventDetails?.deletionReason)
  })
  await cdp.send('Network.enable')
  await cdp.send('Network.enableDeviceBoundSessions', { enable: true })
  return evidence
}

/** Signs in from a page of this origin, and waits until the browser has registered. */
export async function enter(page: Page, server: HttpsServer, lifeS = 300): Promise<SignedIn> {
  await page.goto(`${server.origin}/hijack`)
  const signedIn = (await page.evaluate(
    async ([path, body]) => (await fetch(path!, { method: 'POST', body: body! })).json(),
    [AT.signIn, JSON.stringify({ lifeS })],
  )) as SignedIn
  const registered = ({ path, status }: Passed) => path === AT.registration && status === 200
  await expect.poll(() => server.passed.filter(registered).length).toBeGreaterThan(0)
  return signedIn
}

/** A fetch of the page's, with nothing added by script. */
export function read(page: Page, path: string = AT.notes, method = 'GET') {
  return page.evaluate(
    async ([target, verb]) => {
      const response = await fetch(target!, { method: verb!, cache: 'no-store' })
      return { status: response.status, body: await response.text() }
    },
    [path, method],
  )
}

/** The short-lived cookie that was given last. */
export function lastCookie({ passed }: HttpsServer): string {
  const given = passed.flatMap(({ answered }) => answered['set-cookie'] ?? [])
  return given
    .filter((text) => /^__Secure-lab-dbsc=./.test(text))
    .at(-1)!
    .split(';', 1)[0]!
}

/** What passed on the protocol's own addresses, as `refresh 403`. */
export function steps(passed: readonly Passed[]): string[] {
  return passed
    .filter(({ path }) => path.startsWith('/api/lab/dbsc/'))
    .map(({ path, status }) => `${path.split('/').at(-1)} ${status}`)
}
