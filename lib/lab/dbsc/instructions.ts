/** What the server tells the browser of a session: which requests, which cookie, where to refresh. */

export const BASE = '/api/lab/dbsc'
export const AT = {
  signIn: `${BASE}/sign-in`,
  registration: `${BASE}/registration`,
  refresh: `${BASE}/refresh`,
  notes: `${BASE}/notes`,
  session: `${BASE}/session`,
  watch: `${BASE}/watch`,
  expire: `${BASE}/expire`,
} as const

const isHttps = (origin: string) => origin.startsWith('https:')

/** With a path of its own it cannot be `__Host-`. */
export function cookieName(origin: string): string {
  return isHttps(origin) ? '__Secure-lab-dbsc' : 'lab-dbsc'
}

function attributes(origin: string): string {
  return `Path=${BASE}; HttpOnly; SameSite=Lax${isHttps(origin) ? '; Secure' : ''}`
}

/** @param lifeS seconds; with an empty value and none it clears the cookie */
export function setCookie(origin: string, value: string, lifeS: number): string {
  return `${cookieName(origin)}=${value}; Max-Age=${lifeS}; ${attributes(origin)}`
}

/** What the page asks for besides, and must not be held up. */
const OUTSIDE = [AT.signIn, AT.registration, AT.watch, AT.expire]

/**
 * JSON session instructions. A browser holds up what the cookie would go along with, so the cookie's
 * path keeps the session to the lab. Of two rules that match, the draft lets the first decide and
 * Chromium the last; so no two match here.
 */
export function instructions(origin: string, sid: string) {
  return {
    session_identifier: sid,
    refresh_url: AT.refresh,
    scope: {
      origin,
      include_site: false,
      scope_specification: OUTSIDE.map((path) => ({ type: 'exclude', domain: '*', path })),
    },
    credentials: [{ type: 'cookie', name: cookieName(origin), attributes: attributes(origin) }],
  }
}

/** The end of a session, in answer to a refresh. */
export function ending(sid: string) {
  return { session_identifier: sid, continue: false }
}
