import {
  GET,
  POST,
  DELETE,
  PUT,
  PATCH,
  OPTIONS,
  HEAD,
} from '@/app/(lab)/api/lab/token-binding/[...path]/route'
import type { Answer, Message, Wire } from '../types'
import { jsonOf } from './json'

/** The application's routes in this process, for tests: what Next does around a handler is left out. */

export const SECRET = 'a-secret-for-tests-of-32-bytes-or-more'
const ORIGIN = 'http://localhost:3000'
const METHODS = { GET, POST, DELETE, PUT, PATCH, OPTIONS, HEAD }

/** Stub the environment with it before the first request. */
export const ENV = { AUTH_SECRET: SECRET, DATABASE_URL: 'file::memory:', APP_ORIGIN: ORIGIN }

export async function sendInProcess({ method, target, headers, body }: Message): Promise<Answer> {
  const request = new Request(ORIGIN + target, {
    method,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    ...(body && { body }),
  })
  const path = new URL(request.url).pathname.split('/').slice(4)
  const handle = METHODS[method as keyof typeof METHODS]
  const response = await handle(request, { params: Promise.resolve({ path }) })
  const answer = { status: response.status, headers: response.headers, ms: 0 }
  const text = await response.text()
  const code = response.ok ? undefined : jsonOf<{ code: string }>({ body: text })?.code
  return { ...answer, body: text, ...(code && { code }) }
}

export const inProcessWire: Wire = {
  origin: ORIGIN,
  windows: { maxAgeMs: 10_000, toleranceMs: 5000, challengeWindowMs: 150_000 },
  send: sendInProcess,
  now: Date.now,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  openRelay: () => Promise.reject(new Error('there is no network here')),
}
