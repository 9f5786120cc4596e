import type { Answer } from '../types'

/** An answer's body as JSON; `undefined` where it is none. */
export function jsonOf<T>({ body }: Pick<Answer, 'body'>): T | undefined {
  try {
    return JSON.parse(body) as T
  } catch {
    return undefined
  }
}
