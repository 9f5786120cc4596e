import { z } from 'zod'
import { isErrorCode, type ErrorCode, type SessionLockError } from '@/lib/protocol/errors'
import { readPresented } from '@/lib/protocol/presented'
import { hashCookie } from '@/lib/protocol/verify'
import { peerAddress, shortened } from './http'
import type { Server } from './server'
import { recordEvent } from './stores/events'

/** Refusals that name a session of ours, as its owner will hear of them (protocol §5, alarm). */
export const RefusalReport = z.object({
  code: z.custom<ErrorCode>(isErrorCode),
  /** Whose session it was; for a cookie the hash, and whoever has the store looks the owner up. */
  accused: z.union([
    z.object({ sid: z.string(), sub: z.string() }),
    z.object({ cookieHash: z.string() }),
  ]),
  address: z.string(),
  userAgent: z.string(),
  method: z.string(),
  path: z.string(),
  /** Milliseconds. */
  at: z.number().int(),
})

export type RefusalReport = z.infer<typeof RefusalReport>

/** What is to be told of a refusal; `undefined` where it concerns nobody's session. */
export async function describeRefusal(
  error: SessionLockError,
  request: Request,
  origin: string,
  now: number,
): Promise<RefusalReport | undefined> {
  const accused = error.accused ?? (await accusedByCookie(request, origin))
  if (!accused) return undefined
  const { headers, method, url } = request
  return {
    code: error.code,
    accused,
    address: shortened(peerAddress(headers), 64),
    userAgent: shortened(headers.get('user-agent')),
    method,
    path: shortened(new URL(url).pathname),
    at: now,
  }
}

async function accusedByCookie(request: Request, origin: string) {
  try {
    const { carrier, token } = readPresented(request.headers, origin)
    return carrier === 'cookie' ? { cookieHash: await hashCookie(token) } : undefined
  } catch {
    // What cannot be read names nobody.
    return undefined
  }
}

/** Records a refusal for the session's owner; nothing where the session is gone or was never ours. */
export async function recordRefusal(
  { db, sessions }: Pick<Server, 'db' | 'sessions'>,
  { accused, ...facts }: RefusalReport,
): Promise<void> {
  const session =
    'sid' in accused
      ? await sessions.find(accused.sid)
      : await sessions.findByCookie(accused.cookieHash)
  if (!session) return
  await recordEvent(db, { kind: 'refused', ...facts, userId: session.sub, sid: session.sid })
}
