import { SessionLockError } from '@/lib/protocol/errors'
import type { Call } from '@/lib/server/call'
import { expire, signIn, unwatch, watch } from './entrance'
import { DbscRefusal } from './refusal'
import { refresh, register } from './registration'
import { getDbsc, type Dbsc } from './server'
import { keepNote, readNotes, readSession, signOut } from './session'

/** `/api/lab/dbsc/…`: what the page asks for, what the browser asks for by itself, what is protected. */
const HANDLERS: Record<string, (call: Call, dbsc: Dbsc) => Promise<Response>> = {
  'POST sign-in': signIn,
  'POST watch': watch,
  'DELETE watch': unwatch,
  'POST expire': expire,
  'POST registration': register,
  'POST refresh': refresh,
  'GET notes': readNotes,
  'POST notes': keepNote,
  'GET session': readSession,
  'DELETE session': signOut,
}

export async function answerDbsc(call: Call): Promise<Response> {
  const name = `${call.request.method} ${[call.params.path].flat().join('/')}`
  if (!Object.hasOwn(HANDLERS, name)) throw new SessionLockError('ERR_NOT_FOUND')
  try {
    return await HANDLERS[name]!(call, await getDbsc(call.server))
  } catch (error) {
    if (error instanceof DbscRefusal) return error.toResponse(call.now)
    throw error
  }
}
