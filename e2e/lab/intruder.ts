import { openDB } from 'idb'
import { keyExport, scriptSigns } from '@/lib/lab/attacks/browser'
import { readHolder } from '@/lib/lab/own-victim'
import { SCHEMES } from '@/lib/lab/schemes'
import { isOwnScheme, type Holder, type SchemeId, type Stage } from '@/lib/lab/types'
import { sendFromPage } from '@/lib/lab/wires/browser'

/**
 * Script that got into the victim's page, bundled and injected by the test. It performs the very
 * attacks of the lab on what it finds in this browser's storage.
 */

const ATTACKS = { 'key-export': keyExport, 'script-signs': scriptSigns }

/** What the application keeps: the live session's key as a handle, the token beside it. */
async function readLive(): Promise<Holder> {
  const db = await openDB('session-lock')
  const live = (await db.get('live', 'session')) as {
    sid: string
    token?: string
    privateKey: CryptoKey
  }
  db.close()
  const { headers } = await fetch('/api/health')
  return {
    origin: location.origin,
    owner: live.sid,
    token: live.token ?? '',
    sid: live.sid,
    isReadable: live.token !== undefined,
    keyPair: { privateKey: live.privateKey } as CryptoKeyPair,
    challenge: headers.get('Session-Lock-Challenge') ?? '',
  }
}

async function perform(schemeId: SchemeId, attack: keyof typeof ATTACKS) {
  const scheme = SCHEMES[schemeId]
  const victim = isOwnScheme(schemeId) ? (await readHolder(schemeId))! : await readLive()
  const send = async (message: Parameters<Stage['asThief']>[0]) => {
    const answer = await sendFromPage(message)
    victim.challenge =
      (scheme.challengeHeader && answer.headers.get(scheme.challengeHeader)) || victim.challenge
    return answer
  }
  const asOwner: Stage['asOwner'] = async (message) => {
    const answer = await send(await scheme.prove(message, victim, Date.now()))
    if (!scheme.recover?.(answer)) return answer
    return send(await scheme.prove(message, victim, Date.now()))
  }
  const stage = { scheme, victim, asOwner, asThief: send, stamp: Date.now } as unknown as Stage
  const { isIn, answer, code = answer?.code } = await ATTACKS[attack].perform(stage)
  return { outcome: isIn ? 'falls' : 'stands', ...(code && { code }) }
}

Object.assign(globalThis, { intrude: perform })
