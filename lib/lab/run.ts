import { createStatementClock } from '@/lib/client/statement-clock'
import { ATTACKS, type AttackId } from './attacks'
import type { Outcome } from './matrix'
import { isIn } from './message'
import { SCHEMES } from './schemes'
import type { Answer, Attack, Holder, Message, SchemeId, Stage, Wire } from './types'

/** Performs attacks on schemes, one cell of the matrix at a time. */

/** One request and its answer, as they travelled. */
export interface Step {
  readonly by: 'owner' | 'thief'
  readonly message: Message
  readonly answer: Answer
}

export interface Performed {
  readonly outcome: Outcome
  readonly code?: string
  /** Milliseconds, of the attack alone. */
  readonly ms: number
  readonly steps: readonly Step[]
}

/** Where attacks on one scheme are performed; its people are made on first use, and taken away. */
export interface Theatre {
  perform(id: AttackId): Promise<Performed>
  close(): Promise<void>
}

/** A hundred requests that are the same are told by their first ones. */
const MOST_STEPS = 8

export function openTheatre(schemeId: SchemeId, wire: Wire): Theatre {
  const scheme = SCHEMES[schemeId]
  const clock = createStatementClock(() => wire.now())
  const people: Promise<Holder>[] = []
  const admit = <H extends Holder>(person: Promise<H>) => {
    people.push(person)
    return person
  }
  const enter = () => admit(scheme.enter(wire))
  const { enterBriefly } = scheme
  let [victim, thief]: (Promise<Holder> | undefined)[] = []

  const stamp = () => clock.next()

  function learn(holder: Holder, answer: Answer): void {
    const value = scheme.challengeHeader && answer.headers.get(scheme.challengeHeader)
    if (value) holder.challenge = value
  }

  async function send(steps: Step[], by: Step['by'], message: Message): Promise<Answer> {
    const answer = await wire.send(message)
    if (steps.length < MOST_STEPS) steps.push({ by, message, answer })
    return answer
  }

  async function asOwner(
    steps: Step[],
    message: Message,
    holder: Holder,
    offset = 0,
  ): Promise<Answer> {
    await scheme.renew?.(holder, wire)
    const proven = await scheme.prove(message, holder, stamp() + offset)
    const answer = await send(steps, 'owner', proven)
    learn(holder, answer)
    const learnt = scheme.recover?.(answer)
    if (!learnt) return answer
    if (learnt.serverTime !== undefined) clock.learn(learnt.serverTime)
    // Where clocks are no help, the wrong one is what the repeat is stamped by.
    const at = stamp() + (learnt.serverTime === undefined ? offset : 0)
    return send(steps, 'owner', await scheme.prove(message, holder, at))
  }

  async function createStage(steps: Step[]): Promise<Stage> {
    const holder = await (victim ??= enter())
    // The owner is served before anything happens, and so has a challenge of now.
    const served = await asOwner([], scheme.requests.read, holder)
    if (!isIn(served)) throw new Error(`the owner is not served: ${served.status} ${served.body}`)
    return {
      scheme,
      wire,
      victim: holder,
      thief: () => (thief ??= enter()),
      newVictim: enter,
      ...(enterBriefly && { newBriefVictim: () => admit(enterBriefly(wire)) }),
      now: () => wire.now() + clock.offset,
      stamp,
      async capture(message, by = holder) {
        await scheme.renew?.(by, wire)
        return scheme.prove(message, by, stamp())
      },
      asOwner: (message, by = holder, offset) => asOwner(steps, message, by, offset),
      asThief: (message) => send(steps, 'thief', message),
    }
  }

  return {
    async perform(id) {
      const attack: Attack = ATTACKS[id]
      const steps: Step[] = []
      const stage = await createStage(steps)
      const startedAt = performance.now()
      const { isIn: got, answer, code = answer?.code } = await attack.perform(stage)
      const ms = performance.now() - startedAt
      const isNone = code === 'does not apply'
      const outcome = isNone ? 'none' : got === Boolean(attack.isHonest) ? 'stands' : 'falls'
      return { outcome, ms, steps, ...(code && !isNone && { code }) }
    },

    async close() {
      for (const person of await Promise.allSettled(people)) {
        if (person.status === 'fulfilled') await scheme.leave?.(wire, person.value)
      }
    },
  }
}
