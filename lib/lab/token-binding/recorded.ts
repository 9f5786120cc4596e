import recorded from './recorded.json'
import type { Step } from './story/types'

/** A run of the story, as `npm run lab:token-binding -- --record` wrote it. */
export interface Recorded {
  /** The day, in UTC. */
  readonly date: string
  readonly command: string
  readonly node: string
  readonly openssl: string
  readonly steps: readonly Step[]
}

export const RECORDED = recorded as Recorded
