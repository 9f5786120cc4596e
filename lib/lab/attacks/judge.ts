import { isIn, isOf } from '../message'
import type { Answer, Attempt, Holder } from '../types'

/** The attacker is in where the server did what was asked. */
export function judge(answer: Answer): Attempt {
  return { isIn: isIn(answer), answer }
}

/** The attacker, who may be served as himself, is in where the answer is about the victim. */
export function judgeLoot(answer: Answer, victim: Holder): Attempt {
  return { isIn: isIn(answer) && isOf(answer, victim), answer }
}

/** One of several tries is enough; the one that got in decides, else the last. */
export function judgeAll(answers: readonly Answer[]): Attempt {
  const decisive = answers.find(isIn) ?? answers.at(-1)
  return decisive ? judge(decisive) : { isIn: false }
}
