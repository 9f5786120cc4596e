import { jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { decodeBase64, randomId, utf8 } from '@/lib/protocol/encoding'
import { deriveKey, importPoint } from '@/lib/protocol/keys'
import { ES256 } from '@/lib/protocol/types'
import { parseJson } from '@/lib/server/http'
import { LabRefusal, type SchemeServer } from './scheme-server'

/**
 * session-lock as it was first published, its weaknesses left as they were: the client's signature
 * is checked against the key that the token itself names, before anybody has verified the token;
 * a stamp may be two seconds old and any time ahead; nothing is remembered.
 */

const VALIDITY_MS = 2000
const LIFE_S = 3600
const Form = z.object({ publicKey: z.string().max(200) })

export const begin: SchemeServer['begin'] = async ({ body, server, now }) => {
  const { publicKey } = parseJson(await body(), Form)
  const owner = randomId()
  const token = await new SignJWT({ id: owner, username: 'victim', publicKey })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(Math.floor(now / 1000))
    .setExpirationTime(Math.floor(now / 1000) + LIFE_S)
    .sign(await deriveKey(server.env.AUTH_SECRET[0]!, 'lab-first-published'))
  return Response.json({ token, owner }, { status: 201 })
}

export const identify: SchemeServer['identify'] = async ({ request, server, now }) => {
  const locked = request.headers.get('authorization')?.match(/^Bearer (.+)$/i)?.[1]
  if (!locked) throw new LabRefusal('read', 'missing', 'There is no token.')
  const [header, payload, signature, timestamp, clientSignature] = locked.split('.')
  const jwt = `${header}.${payload}.${signature}`
  await verifyLock({ jwt, payload, timestamp, clientSignature }, now)
  try {
    const key = await deriveKey(server.env.AUTH_SECRET[0]!, 'lab-first-published')
    const verified = await jwtVerify(jwt, key, { currentDate: new Date(now) })
    return { owner: String(verified.payload.id) }
  } catch {
    throw new LabRefusal('token', 'invalid_token', 'The token is not one of this server’s.')
  }
}

interface Locked {
  readonly jwt: string
  readonly payload: string | undefined
  readonly timestamp: string | undefined
  readonly clientSignature: string | undefined
}

async function verifyLock(
  { jwt, payload, timestamp, clientSignature }: Locked,
  now: number,
): Promise<void> {
  if (timestamp === undefined || clientSignature === undefined || payload === undefined) {
    throw new LabRefusal('read', 'malformed', 'The token is not locked.')
  }
  if (now - Number(timestamp) > VALIDITY_MS) {
    throw new LabRefusal('time', 'token_expired', 'The locked token has expired.')
  }
  const isValid = await verifyWithOwnKey(payload, clientSignature, `${jwt}.${timestamp}`)
  if (!isValid) throw new LabRefusal('signature', 'invalid_signature', 'The lock does not hold.')
}

/** The key is the one that the payload names, whoever wrote the payload. */
async function verifyWithOwnKey(
  payload: string,
  signature: string,
  text: string,
): Promise<boolean> {
  try {
    const { publicKey } = JSON.parse(atob(payload)) as { publicKey: string }
    const key = await importPoint(decodeBase64(publicKey))
    return await crypto.subtle.verify(ES256, key, decodeBase64(signature), utf8(text))
  } catch {
    return false
  }
}
