import { cookieFrom, get, jsonOf, labRequests, withCookie } from '../message'
import type { Scheme } from '../types'

/** The control: next-auth's own session, an encrypted JWT in an HttpOnly cookie, as it comes. */

export const requests = labRequests('next-auth')

/** The lab's own name, so that no other next-auth of this origin is met. */
export const COOKIE = 'lab-next-auth.session-token'
export const CSRF_COOKIE = 'lab-next-auth.csrf-token'

/** Through next-auth's own door: a CSRF token, then its callback for credentials. */
export const enter: Scheme['enter'] = async (wire) => {
  const csrf = await wire.send(get('/api/lab/next-auth/csrf'))
  const { csrfToken } = jsonOf<{ csrfToken: string }>(csrf)!
  const owner = crypto.randomUUID()
  const form = new URLSearchParams({ csrfToken, owner, json: 'true' })
  const answer = await wire.send({
    method: 'POST',
    target: '/api/lab/next-auth/callback/credentials',
    headers: [
      ['Content-Type', 'application/x-www-form-urlencoded'],
      ['Cookie', `${CSRF_COOKIE}=${cookieFrom(csrf, CSRF_COOKIE).value}`],
    ],
    body: String(form),
  })
  const { value: token, isReadable } = cookieFrom(answer, COOKIE)
  return { origin: wire.origin, owner, token, isReadable, challenge: '' }
}

export const present: Scheme['present'] = (message, { token }) => withCookie(message, COOKIE, token)

export const prove: Scheme['prove'] = async (message, holder) => present(message, holder)
