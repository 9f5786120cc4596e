import { createEnrolment, createKeyPair } from '@/lib/protocol/enrol'
import { utf8 } from '@/lib/protocol/encoding'
import { proveRequest } from '@/lib/protocol/prove'
import { HEADER, type Credential } from '@/lib/protocol/types'
import type { Answer, Header, Message } from '../../types'
import { jsonOf } from '../json'

/** A client of session-lock, for comparison: what it signs is the request, and no connection. */

export type Send = (message: Message) => Promise<Answer>

/** Enters as a guest, directly at the application. */
export async function enterLocked(app: Send, origin: string): Promise<Credential> {
  const keyPair = await createKeyPair()
  const hello = await app({ method: 'GET', target: '/api/session/challenge', headers: [] })
  const { challenge } = jsonOf<{ challenge: string }>(hello)!
  const body = JSON.stringify({ guest: true })
  const enrolment = await createEnrolment(keyPair, challenge, origin, utf8(body))
  const headers: Header[] = [
    ['Content-Type', 'application/json'],
    [HEADER.enrolment, enrolment],
  ]
  const answer = await app({ method: 'POST', target: '/api/session', headers, body })
  const born = jsonOf<{ sid: string; token: string }>(answer)
  if (!born?.token) throw new Error(`sign-in was answered ${answer.status}`)
  return { ...born, profile: 2, carrier: 'header', privateKey: keyPair.privateKey }
}

/** Asks for the guest's notes, over whatever way `send` takes. */
export async function readLocked(
  credential: Credential,
  app: Send,
  origin: string,
  send: Send,
): Promise<Answer> {
  const { headers: hints } = await app({ method: 'GET', target: '/api/health', headers: [] })
  const challenge = hints.get(HEADER.challenge) ?? ''
  const target = '/api/notes'
  const covered = new Headers({ [HEADER.challenge]: challenge })
  const facts = { method: 'GET', url: origin + target, headers: covered }
  const { header } = await proveRequest(facts, credential, Date.now(), origin)
  const headers: Header[] = [
    [HEADER.challenge, challenge],
    [header.name, header.value],
  ]
  return send({ method: 'GET', target, headers })
}
