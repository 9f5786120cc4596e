import { decodeBase64url, encodeBase64url, utf8 } from '@/lib/protocol/encoding'
import { SessionLockError } from '@/lib/protocol/errors'
import { hmac, isEqual, type KeySet } from '@/lib/protocol/keys'
import { RefusalReport } from './refusals'

/**
 * The edge holds no store: it reports its refusals to an internal route, signed over time and body
 * with a key that serves nothing else.
 */
const PATH = '/api/internal/refusals'
const SIGNATURE_HEADER = 'Session-Lock-Internal'
const LIFE_MS = 30_000

/** The request that carries a report to the internal route. */
export async function signReport(
  report: RefusalReport,
  internalOrigin: string,
  keySets: KeySet[],
): Promise<Request> {
  const body = JSON.stringify(report)
  const time = String(report.at)
  const mac = encodeBase64url(await hmac(keySets[0]!.key.internal, `${time}\n${body}`))
  return new Request(internalOrigin + PATH, {
    method: 'POST',
    body,
    headers: { 'Content-Type': 'application/json', [SIGNATURE_HEADER]: `${time}.${mac}` },
  })
}

/** The report, if it is one of ours and of now; else ERR_TOKEN_MISSING, as any stranger gets. */
export async function openReport(
  request: Request,
  body: Uint8Array<ArrayBuffer>,
  keySets: KeySet[],
  now: number,
): Promise<RefusalReport> {
  const [time = '', mac = ''] = request.headers.get(SIGNATURE_HEADER)?.split('.') ?? []
  const given = decodeBase64url(mac)
  const text = new TextDecoder().decode(body)
  const signed = utf8(`${time}\n${text}`)
  const macs = await Promise.all(keySets.map(({ key }) => hmac(key.internal, signed)))
  const isOurs = given !== undefined && macs.some((expected) => isEqual(expected, given))
  if (!isOurs || !(Math.abs(now - Number(time)) <= LIFE_MS)) {
    throw new SessionLockError('ERR_TOKEN_MISSING')
  }
  return RefusalReport.parse(JSON.parse(text))
}
