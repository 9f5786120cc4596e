import { codeOf } from '../message'
import type { Answer, Message } from '../types'

/** The wire of a page: `fetch`, with the cookies that the browser holds. */
export async function sendFromPage({ method, target, headers, body }: Message): Promise<Answer> {
  const startedAt = performance.now()
  const own = headers
    // Which cookies go along is the browser's business.
    .filter(([name]) => name.toLowerCase() !== 'cookie')
    .map(([name, value]): [string, string] => [name, value])
  const response = await fetch(target, {
    ...{ method, headers: own, cache: 'no-store', redirect: 'manual' },
    ...(body !== undefined && { body }),
  })
  const { status, headers: answered } = response
  const text = await response.text()
  const code = codeOf(status, answered, text)
  const ms = performance.now() - startedAt
  return { status, headers: answered, body: text, ms, ...(code && { code }) }
}
