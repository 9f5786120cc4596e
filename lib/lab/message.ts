import { HEADER } from '@/lib/protocol/types'
import type { Answer, Header, Message } from './types'

/** Messages are plain values: an attack is an edit of one. */

/** The header's value; of a doubled one the first. */
export function headerOf({ headers }: Message, name: string): string | undefined {
  return headers.find(([key]) => isSame(key, name))?.[1]
}

/** The message with a header set: in its place, if it is there. */
export function withHeader(message: Message, name: string, value: string): Message {
  return addHeader(withoutHeader(message, name), name, value)
}

/** The message with one more header, whether there is one of this name or not. */
export function addHeader(message: Message, name: string, value: string): Message {
  return { ...message, headers: [...message.headers, [name, value]] }
}

export function withoutHeader(message: Message, name: string): Message {
  return { ...message, headers: message.headers.filter(([key]) => !isSame(key, name)) }
}

/** The message with another method, target or body, and everything else as it was captured. */
export function altered(message: Message, changes: Partial<Message>): Message {
  return { ...message, ...changes }
}

/**
 * A message as somebody has it who took it away: its bytes, and not the connection that it was made
 * for. Where the request itself is proved that is the same.
 */
export function takenAway(message: Message): Message {
  return { ...message }
}

export function withCookie(message: Message, name: string, value: string): Message {
  const others = headerOf(message, 'Cookie')
  return withHeader(message, 'Cookie', `${others ? `${others}; ` : ''}${name}=${value}`)
}

export function get(target: string): Message {
  return { method: 'GET', target, headers: [] }
}

export function postJson(target: string, value: unknown, headers: readonly Header[] = []): Message {
  const body = JSON.stringify(value)
  return {
    method: 'POST',
    target,
    headers: [['Content-Type', 'application/json'], ...headers],
    body,
  }
}

/** Puts the requests under one folder of the lab, which all of its own schemes share. */
export function labRequests(scheme: string) {
  const at = (name: string) => `/api/lab/${scheme}/${name}`
  return {
    read: get(at('notes')),
    account: get(at('session')),
    write: (text: string) => postJson(at('notes'), { text }),
    signOut: { ...get(at('session')), method: 'DELETE' },
  }
}

/** Whether the server did what was asked. */
export function isIn({ status }: Answer): boolean {
  return status >= 200 && status < 300
}

export function jsonOf<T>({ body }: Pick<Answer, 'body'>): T | undefined {
  try {
    return JSON.parse(body) as T
  } catch {
    return undefined
  }
}

/** The refusal's own word for its reason: a problem's `code`, else what WWW-Authenticate says. */
export function codeOf(status: number, headers: Headers, body: string): string | undefined {
  if (status < 400) return undefined
  const { code } = jsonOf<{ code?: string }>({ body }) ?? {}
  return code ?? headers.get('WWW-Authenticate')?.match(/error="([^"]+)"/)?.[1]
}

/** The message as text, for people; what was signed and what was copied stands in it in full. */
export function asText({ method, target, headers, body }: Message): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`)
  return [`${method} ${target}`, ...lines, ...(body ? ['', body] : [])].join('\n')
}

/**
 * The value of a Set-Cookie of this name, and whether script can read it. A page never sees the
 * header; what it can see of its cookies is what script can read.
 */
export function cookieFrom(
  { headers }: Answer,
  name: string,
): { value: string; isReadable: boolean } {
  const prefix = `${name}=`
  if (typeof document !== 'undefined') {
    const pair = document.cookie.split('; ').find((text) => text.startsWith(prefix))
    return { value: pair?.slice(prefix.length) ?? '', isReadable: pair !== undefined }
  }
  const set = headers.getSetCookie().find((text) => text.startsWith(prefix))
  const value = set?.slice(prefix.length).split(';', 1)[0]
  if (!set || !value) throw new Error(`the server set no cookie ${name}`)
  return { value, isReadable: !/;\s*httponly/i.test(set) }
}

export function authorize(message: Message, scheme: string, credentials: string): Message {
  return withHeader(message, HEADER.authorization, `${scheme} ${credentials}`)
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** Whether an answer is about this account. */
export function isOf({ body }: Answer, { owner }: { owner: string }): boolean {
  return body.includes(owner)
}
