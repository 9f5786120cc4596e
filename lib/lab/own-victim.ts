import { openDB } from 'idb'
import { SCHEMES } from './schemes'
import type { Answer, Holder, OwnScheme, Wire } from './types'
import { sendFromPage } from './wires/browser'

/**
 * A victim in the visitor's own browser, of one of the lab's own schemes: what there is to steal
 * lies where an application of that scheme would keep it.
 */

const DATABASE = 'session-lock-lab'
const STORE = 'holders'

function open() {
  return openDB(DATABASE, 1, { upgrade: (db) => void db.createObjectStore(STORE) })
}

export async function readHolder(scheme: OwnScheme): Promise<Holder | undefined> {
  const db = await open()
  const holder = (await db.get(STORE, scheme)) as Holder | undefined
  db.close()
  return holder
}

async function writeHolder(scheme: OwnScheme, holder: Holder): Promise<void> {
  const db = await open()
  await db.put(STORE, holder, scheme)
  db.close()
}

/** Begins a session in this browser. */
export async function enterHere(scheme: OwnScheme): Promise<Holder> {
  const wire = { origin: location.origin, send: sendFromPage, now: Date.now } as unknown as Wire
  const holder = await SCHEMES[scheme].enter(wire)
  await writeHolder(scheme, holder)
  return holder
}

/** Reads what the session protects. */
export async function readHere(scheme: OwnScheme): Promise<Answer> {
  const holder = await readHolder(scheme)
  if (!holder) throw new Error('There is no session in this browser.')
  const { prove, requests, challengeHeader } = SCHEMES[scheme]
  const send = async () => {
    const answer = await sendFromPage(await prove(requests.read, holder, Date.now()))
    const next = challengeHeader && answer.headers.get(challengeHeader)
    if (next) await writeHolder(scheme, Object.assign(holder, { challenge: next }))
    return answer
  }
  const answer = await send()
  return SCHEMES[scheme].recover?.(answer) ? send() : answer
}
