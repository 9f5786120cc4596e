/** What a cell of the matrix says. */

export type Outcome = 'stands' | 'falls' | 'none'

export interface Expected {
  /** Who wins: the session stands, or falls; `none` where the attack has nothing to work on. */
  readonly outcome: Outcome
  /** The refusal's own code, where the attack ends in one. */
  readonly code?: string
  /** One sentence. */
  readonly why: string
}

export const stands = (code: string, why: string): Expected => ({ outcome: 'stands', code, why })
export const served = (why: string): Expected => ({ outcome: 'stands', why })
export const falls = (why: string, code?: string): Expected => ({
  outcome: 'falls',
  why,
  ...(code && { code }),
})
export const none = (why: string): Expected => ({ outcome: 'none', why })
