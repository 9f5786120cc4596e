import { isIn, isOf } from '../message'
import type { Attack } from '../types'

/** Somebody holds both legs of the connection. */

export const relayed: Attack = {
  group: 'in the middle',
  title: 'Man in the middle relays the very request',
  story: 'The client talks to a proxy that it takes for the server; the proxy sends on and reads.',
  async perform({ scheme, wire, capture, victim }) {
    const relay = await wire.openRelay()
    try {
      await relay.send(await capture(scheme.requests.read))
      const [answer] = relay.loot
      return {
        isIn: answer ? isIn(answer) && isOf(answer, victim) : false,
        ...(answer && { answer }),
      }
    } finally {
      await relay.close()
    }
  },
}
