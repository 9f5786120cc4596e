import { ancestors } from './ancestors'
import { federation } from './federated'
import { inspection, middle } from './middle'
import { session } from './session'
import { TLS_VERSIONS, type Step, type World } from './types'

export { plainHttp } from '../plain'
export type { Step, World } from './types'

const ACTS = [session, middle, inspection, federation, ancestors]

/**
 * Tells the whole story over real TLS: every scene is done, and its answer is what the server gave.
 *
 * @param told called with each step as it is over
 */
export async function tellStory(world: World, told: (step: Step) => void): Promise<void> {
  for (const act of ACTS) {
    for (const version of TLS_VERSIONS) await act.perform(world, version, told)
  }
}

/** Whether it came as it had to. */
export function holds({ got, expected }: Pick<Step, 'got' | 'expected'>): boolean {
  return got === expected
}
