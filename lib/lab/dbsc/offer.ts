import type { SignedIn, Watched } from './entrance'
import { AT } from './instructions'

/** What a page does about DBSC: it offers, and then looks at what the browser made of it. */

/** Cookies are so long-lived here that a browser does not refresh ahead at once. */
export const PAGE_LIFE_S = 180

/** With a TPM a key takes a second or two; whoever registers later than that finds nothing. */
const PATIENCE_MS = 4_000
const PAUSE_MS = 200

/** Signs in. The answer carries the offer, which the browser reads and no script. */
export async function signIn(): Promise<SignedIn> {
  return (await ask('POST', AT.signIn, { lifeS: PAGE_LIFE_S })).json()
}

/**
 * Waits for what the browser does. `undefined` where it let the offer pass: then the sign-in is
 * taken back, and a registration that comes too late finds none.
 */
export async function waitForRegistration({ release }: SignedIn): Promise<Watched | undefined> {
  const until = Date.now() + PATIENCE_MS
  while (Date.now() < until) {
    const watched = await watch(release)
    if (watched?.isRegistered) return watched
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  await takeAway(release)
  return undefined
}

/** What the server saw; `undefined` where there is nothing to be seen any more. */
export async function watch(release: string): Promise<Watched | undefined> {
  const response = await send('POST', AT.watch, { release })
  return response.ok ? ((await response.json()) as Watched) : undefined
}

export async function takeAway(release: string): Promise<void> {
  await send('DELETE', AT.watch, { release })
}

/** An answer, as the page shows it. */
export interface Shown {
  readonly line: string
  readonly isOk: boolean
}

/** Asks with what the browser adds by itself, and nothing else. */
export async function show(method: string, path: string): Promise<Shown> {
  const startedAt = performance.now()
  const response = await fetch(path, { method, cache: 'no-store' })
  const text = await response.text()
  const ms = Math.round(performance.now() - startedAt)
  const body = response.ok ? text : (JSON.parse(text) as { code: string }).code
  return {
    line: `${method} ${path} → ${response.status} in ${ms} ms ${body}`,
    isOk: response.ok,
  }
}

async function ask(method: string, path: string, body: object): Promise<Response> {
  const response = await send(method, path, body)
  if (!response.ok) throw new Error(`The server answered ${response.status}.`)
  return response
}

function send(method: string, path: string, body: object): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' }
  return fetch(path, { method, headers, body: JSON.stringify(body), cache: 'no-store' })
}
