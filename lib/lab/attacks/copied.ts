import { createKeyPair } from '@/lib/protocol/enrol'
import { judge } from './judge'
import type { Attack, Holder } from '../types'

/** The token in other hands. */

export const tokenElsewhere: Attack = {
  group: 'copied',
  title: 'Stolen token, used elsewhere',
  story: 'The token is copied out of storage or a log and sent from another machine.',
  async perform({ scheme, victim, asThief }) {
    return judge(await asThief(scheme.present(scheme.requests.read, victim)))
  },
}

export const ownKey: Attack = {
  group: 'copied',
  title: 'Stolen token, signed by a key of the thief’s own',
  story: 'The thief runs a full client: stolen token, fresh proof, a key made on the spot.',
  async perform({ scheme, victim, stamp, asThief }) {
    const armed: Holder = victim.keyPair ? { ...victim, keyPair: await createKeyPair() } : victim
    return judge(await asThief(await scheme.prove(scheme.requests.read, armed, stamp())))
  },
}

export const mixedAccount: Attack = {
  group: 'copied',
  title: 'Key of another account mixed in',
  story: 'The thief has an account here, and signs the victim’s token with its honest key.',
  async perform({ scheme, victim, thief, stamp, asThief }) {
    const own = await thief()
    // Where there is no key, the server's own seal is what can be taken from one to the other.
    const mixed: Holder = own.keyPair
      ? { ...victim, keyPair: own.keyPair, ...(own.sid && { sid: own.sid }) }
      : { ...victim, token: graft(victim.token, own.token) }
    return judge(await asThief(await scheme.prove(scheme.requests.read, mixed, stamp())))
  },
}

function graft(token: string, other: string): string {
  const at = token.lastIndexOf('.')
  return token.slice(0, at) + other.slice(other.lastIndexOf('.'))
}

export const revoked: Attack = {
  group: 'copied',
  title: 'Session used again after sign-out',
  story:
    'The owner signs out; whoever still holds token and key goes on as if nothing had happened.',
  async perform({ scheme, newVictim, stamp, asOwner, asThief }) {
    const leaver = await newVictim()
    await asOwner(scheme.requests.signOut, leaver)
    return judge(await asThief(await scheme.prove(scheme.requests.read, leaver, stamp())))
  },
}
