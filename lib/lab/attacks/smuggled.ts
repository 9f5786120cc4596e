import { addHeader, headerOf, withHeader } from '../message'
import { judgeAll, judgeLoot } from './judge'
import type { Answer, Attack, Message, Stage } from '../types'

/** Two readers of one request, and the hope that they read it differently. */

export const doubledAuthorization: Attack = {
  group: 'smuggled',
  title: 'Authorization sent twice',
  story:
    'The thief’s own session for whoever reads the first, the victim’s token for whoever reads the last.',
  perform: (stage) => performDoubled(stage, 'Authorization'),
}

export const doubledCookie: Attack = {
  group: 'smuggled',
  title: 'Cookie sent twice',
  story: 'The same with two Cookie headers.',
  perform: (stage) => performDoubled(stage, 'Cookie'),
}

async function performDoubled(stage: Stage, name: 'Authorization' | 'Cookie') {
  const { scheme, victim, thief, stamp, asThief } = stage
  const own = await scheme.prove(scheme.requests.read, await thief(), stamp())
  const stolen = headerOf(scheme.present(scheme.requests.read, victim), name)
  const value = stolen ?? (name === 'Cookie' ? `session=${victim.token}` : `Bearer ${victim.token}`)
  const first = headerOf(own, name) ? own : addHeader(own, name, value)
  return judgeLoot(await asThief(addHeader(first, name, value)), victim)
}

export const foldedHeader: Attack = {
  group: 'smuggled',
  title: 'Folded header',
  story: 'The victim’s token stands on a line of its own, behind the thief’s own session.',
  async perform({ scheme, victim, thief, stamp, asThief }) {
    const own = await scheme.prove(scheme.requests.read, await thief(), stamp())
    const [name, stolen = ''] = carrierOf(scheme.present(scheme.requests.read, victim))
    const folded = withHeader(own, name, `${headerOf(own, name)},\r\n ${stolen}`)
    return judgeLoot(await asThief(folded), victim)
  },
}

export const overlongHeader: Attack = {
  group: 'smuggled',
  title: 'Over-long header',
  story: 'The stolen token, and so much after it that somebody may cut it off in the right place.',
  async perform({ scheme, victim, asThief }) {
    const message = scheme.present(scheme.requests.read, victim)
    const [name, stolen = ''] = carrierOf(message)
    const sent: Answer[] = []
    for (const length of [9_000, 20_000]) {
      sent.push(await asThief(withHeader(message, name, `${stolen}${'A'.repeat(length)}`)))
    }
    return judgeAll(sent)
  },
}

/** The header that carries the session. */
function carrierOf({ headers }: Message): readonly [string, string?] {
  return headers.find(([name]) => /^(authorization|cookie)$/i.test(name)) ?? ['Authorization']
}

const INTERNAL: readonly (readonly [string, string])[] = [
  ['x-middleware-subrequest', Array(5).fill('middleware').join(':')],
  ['x-middleware-subrequest', Array(5).fill('src/middleware').join(':')],
  ['x-middleware-rewrite', '/api/health'],
  ['x-middleware-next', '1'],
  ['x-middleware-prefetch', '1'],
  ['x-invoke-path', '/api/health'],
  ['x-matched-path', '/api/health'],
  ['x-nextjs-data', '1'],
  ['RSC', '1'],
]

export const internalHeaders: Attack = {
  group: 'smuggled',
  title: 'Middleware skipped by internal headers',
  story: 'No session at all, and the headers by which a framework tells itself to skip a check.',
  async perform({ scheme, asThief }) {
    const sent: Answer[] = []
    for (const [name, value] of INTERNAL) {
      sent.push(await asThief(addHeader(scheme.requests.read, name, value)))
    }
    return judgeAll(sent)
  },
}

export const pathTricks: Attack = {
  group: 'smuggled',
  title: 'Middleware skipped by the path',
  story: 'No session at all, and the same address written so that a matcher may not know it.',
  async perform({ scheme, asThief }) {
    const { read } = scheme.requests
    const paths = [
      read.target.replace('notes', '%6eotes'),
      read.target.replace('/notes', '//notes'),
      read.target.replace('/notes', '/./notes'),
      read.target.replace('/api/', '/x/../api/'),
      `${read.target}/`,
      `/_next/data/x${read.target}.json`,
      read.target,
    ]
    const sent: Answer[] = []
    for (const target of paths) sent.push(await asThief({ ...read, target }))
    return judgeAll(sent)
  },
}
