import { jwtVerify, SignJWT } from 'jose'
import { randomId } from '@/lib/protocol/encoding'
import { SessionLockError } from '@/lib/protocol/errors'
import { keyNamedBy, type KeySet } from '@/lib/protocol/keys'
import { answered, type ReplayStore } from '@/lib/protocol/stores'
import { getServer } from './server'

/**
 * What passes between next-auth, which says who somebody is, and `POST /api/session`, which binds a
 * session to a key (protocol §7): a sealed thumbprint on the way out, a ticket on the way back.
 * Neither opens anything: the ticket is redeemed with an enrolment by the very key that it names.
 */

const TICKET_LIFE_S = 60
const PENDING_LIFE_S = 600
const TYPE = { ticket: 'session-lock-ticket+jwt', pending: 'session-lock-pending+jwt' } as const

/** A ticket for this user, bound to the key with this thumbprint; good once and for 60 s. */
export async function issueTicket(sub: string, jkt: string): Promise<string> {
  const { lock } = await getServer()
  return sign({ sub, jkt, jti: randomId() }, TYPE.ticket, TICKET_LIFE_S, lock.keySets, Date.now())
}

/**
 * Whose ticket this is. Throws ERR_CREDENTIALS where it is none of ours, over, used, or bound to
 * another key than `jkt`.
 */
export async function redeemTicket(
  ticket: string,
  jkt: string,
  { keySets, replay, now }: { keySets: KeySet[]; replay: ReplayStore; now: number },
): Promise<string> {
  const claims = await open(ticket, TYPE.ticket, keySets, now)
  if (!claims?.sub || !claims.jti || claims.jkt !== jkt)
    throw new SessionLockError('ERR_CREDENTIALS')
  const id = `ticket.${claims.jti}`
  if (!(await answered(replay.claim(id, now + 2 * TICKET_LIFE_S * 1000)))) {
    throw new SessionLockError('ERR_CREDENTIALS', { detail: 'The ticket was used before.' })
  }
  return claims.sub
}

/** The cookie that remembers, for next-auth's callback, which key this browser has enrolled. */
export async function pendingCookie(
  jkt: string,
  origin: string,
  keySets: KeySet[],
  now: number,
): Promise<string> {
  const value = await sign({ jkt }, TYPE.pending, PENDING_LIFE_S, keySets, now)
  const secure = origin.startsWith('https:') ? '; Secure' : ''
  return `${PENDING_COOKIE}=${value}; Path=/api/auth; HttpOnly; SameSite=Lax; Max-Age=${PENDING_LIFE_S}${secure}`
}

const PENDING_COOKIE = 'session-lock.pending'

/** The thumbprint that the cookie names; `undefined` where there is none of ours. */
export async function readPending(cookies: string | null): Promise<string | undefined> {
  const prefix = `${PENDING_COOKIE}=`
  const pairs = (cookies ?? '').split(';').map((pair) => pair.trim())
  const [value, ...more] = pairs.filter((pair) => pair.startsWith(prefix))
  if (!value || more.length > 0) return undefined
  const { lock } = await getServer()
  const claims = await open(value.slice(prefix.length), TYPE.pending, lock.keySets, Date.now())
  return claims?.jkt
}

interface Claims {
  sub?: string
  jti?: string
  jkt?: string
}

function sign(
  claims: Claims,
  typ: string,
  lifeS: number,
  keySets: KeySet[],
  now: number,
): Promise<string> {
  const { kid, key } = keySets[0]!
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256', typ, kid })
    .setExpirationTime(Math.floor(now / 1000) + lifeS)
    .sign(key.auth)
}

async function open(
  jwt: string,
  typ: string,
  keySets: KeySet[],
  now: number,
): Promise<Claims | undefined> {
  try {
    const { payload } = await jwtVerify(jwt, keyNamedBy(keySets, 'auth'), {
      algorithms: ['HS256'],
      typ,
      currentDate: new Date(now),
      requiredClaims: ['exp'],
    })
    return payload
  } catch {
    // Whatever is wrong with it, it is none of ours.
    return undefined
  }
}
