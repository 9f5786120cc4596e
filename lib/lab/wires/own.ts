import { openTokenBindingWire } from '../token-binding/wire'
import type { SchemeId, Wire } from '../types'

/** A wire that has to be closed. */
export interface OpenWire {
  readonly wire: Wire
  close(): Promise<void>
}

/**
 * The wire that a scheme's requests travel on: its own, where it has one. `undefined` where that
 * takes the server's secret, and nobody has it.
 *
 * @param secret a member of the server's `AUTH_SECRET`
 */
export async function openOwnWire(
  scheme: SchemeId,
  wire: Wire,
  secret: string | undefined,
): Promise<OpenWire | undefined> {
  if (scheme !== 'token-binding') return { wire, close: async () => {} }
  if (!secret) return undefined
  const own = await openTokenBindingWire(wire, { secret })
  return { wire: own, close: () => own.close() }
}
