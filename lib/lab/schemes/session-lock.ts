import { contentDigest } from '@/lib/protocol/digest'
import { utf8 } from '@/lib/protocol/encoding'
import { createEnrolment, createKeyPair } from '@/lib/protocol/enrol'
import type { Problem } from '@/lib/protocol/errors'
import { cookieName } from '@/lib/protocol/presented'
import { proveRequest } from '@/lib/protocol/prove'
import { HEADER, type Carrier, type Profile } from '@/lib/protocol/types'
import {
  addHeader,
  authorize,
  cookieFrom,
  get,
  jsonOf,
  postJson,
  withCookie,
  withHeader,
} from '../message'
import type { Holder, Loot, Message, Requests, Scheme, Wire } from '../types'

/**
 * session-lock as this application speaks it: the real endpoints and the real routes, with a victim
 * that the lab has made. The attacks meet the very code that guards the vault.
 */

const VICTIMS = '/api/lab/victims'

const requests: Requests = {
  read: get('/api/notes'),
  account: get('/api/session'),
  write: (text) => postJson('/api/notes', { text }),
  signOut: { ...get('/api/session'), method: 'DELETE' },
}

interface Form {
  readonly profile: Profile
  readonly carrier: Carrier
}

export function createSessionLockScheme(form: Form): Scheme {
  const isCookie = form.carrier === 'cookie'
  const schemeName = form.profile === 1 ? 'Bearer' : 'SessionLock'
  const prove = (message: Message, holder: Holder, at: number) => proveAs(form, message, holder, at)

  return {
    requests,
    prove,
    present: (message, loot) =>
      isCookie ? withSession(message, loot) : authorize(message, schemeName, loot.token),
    recover,
    ...(form.profile === 2 && { challengeHeader: HEADER.challenge }),
    downgrade: isCookie ? cookieDowngrades : headerDowngrades(schemeName, prove),

    async enter(wire) {
      const holder = await enrol(wire, form)
      // What there is to steal.
      const kept = await wire.send(await prove(requests.write(holder.owner), holder, wire.now()))
      if (kept.status !== 201) throw new Error(`the victim could not write: ${kept.body}`)
      return holder
    },

    async leave(wire, holder) {
      const { owner: sub, release } = holder
      await wire.send({ ...postJson(VICTIMS, { sub, release }), method: 'DELETE' })
    },
  }
}

interface Born {
  readonly sid: string
  readonly sub: string
  readonly token?: string
  readonly release: string
}

/** A victim of the lab's, whose session is bound at birth like any other (protocol §7). */
async function enrol(wire: Wire, form: Form): Promise<Holder> {
  const keyPair = await createKeyPair()
  const fresh = jsonOf<{ challenge: string }>(await wire.send(get('/api/session/challenge')))
  const request = postJson(VICTIMS, form)
  const body = utf8(request.body ?? '')
  const enrolment = await createEnrolment(keyPair, fresh?.challenge ?? '', wire.origin, body)
  const answer = await wire.send(addHeader(request, HEADER.enrolment, enrolment))
  const born = jsonOf<Born>(answer)
  if (answer.status !== 201 || !born) throw new Error(`no victim was made: ${answer.body}`)
  const { origin } = wire
  const cookie = born.token ? undefined : cookieFrom(answer, cookieName(origin))
  return {
    ...{ origin, keyPair, owner: born.sub, sid: born.sid, release: born.release },
    token: born.token ?? cookie?.value ?? '',
    isReadable: cookie?.isReadable ?? true,
    challenge: answer.headers.get(HEADER.challenge) ?? '',
  }
}

async function proveAs(
  { profile, carrier }: Form,
  message: Message,
  { token, sid = '', keyPair, challenge, origin }: Holder,
  at: number,
): Promise<Message> {
  let proven = message
  if (profile === 2) {
    proven = withHeader(proven, HEADER.challenge, challenge)
    if (message.body) {
      proven = withHeader(proven, HEADER.contentDigest, await contentDigest(utf8(message.body)))
    }
  }
  const { method, target } = message
  const headers = new Headers(
    proven.headers.map(([name, value]): [string, string] => [name, value]),
  )
  const credential = { profile, carrier, sid, token, privateKey: keyPair!.privateKey }
  const facts = { method, url: origin + target, headers }
  const { header } = await proveRequest(facts, credential, at, origin)
  proven = withHeader(proven, header.name, header.value)
  return carrier === 'cookie' ? withSession(proven, { token, origin }) : proven
}

function withSession(message: Message, { token, origin }: Loot): Message {
  return withCookie(message, cookieName(origin), token)
}

/** A wrong clock is told by the server's own; a challenge that is over has been replaced (§6). */
const recover: Scheme['recover'] = (answer) => {
  const { serverTime } = jsonOf<Partial<Problem>>(answer) ?? {}
  if (/^ERR_PROOF_(STALE|FUTURE)$/.test(answer.code ?? '') && serverTime) return { serverTime }
  return answer.code?.startsWith('ERR_CHALLENGE_') ? {} : undefined
}

function headerDowngrades(
  schemeName: string,
  prove: (message: Message, holder: Holder, at: number) => Promise<Message>,
): Scheme['downgrade'] {
  const other = schemeName === 'Bearer' ? 'SessionLock' : 'Bearer'
  return {
    'as-bearer': async (message, { token }) => authorize(message, 'Bearer', token),
    'as-cookie': async (message, loot) => withSession(message, loot),
    'other-profile': async (message, holder, at) => {
      const proven = await prove(message, holder, at)
      const value = proven.headers.find(([name]) => name === HEADER.authorization)?.[1] ?? ''
      return authorize(proven, other, value.slice(value.indexOf(' ') + 1))
    },
  }
}

const cookieDowngrades: Scheme['downgrade'] = {
  'as-bearer': async (message, { token }) => authorize(message, 'Bearer', token),
  // Its proof, and `sid` for a token: what the header carrier would look like.
  'other-profile': async (message, holder, at) => {
    const proven = await proveAs({ profile: 2, carrier: 'cookie' }, message, holder, at)
    const proof = proven.headers.find(([name]) => name === HEADER.proof)?.[1] ?? ''
    const bare = { ...proven, headers: proven.headers.filter(([name]) => name !== 'Cookie') }
    return authorize(bare, 'SessionLock', `${holder.sid}.${holder.token}.x.${proof}`)
  },
}
