import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { decodeBase64url } from '@/lib/protocol/encoding'
import { isErrorCode, SessionLockError } from '@/lib/protocol/errors'
import { fault } from '@/lib/server/incoming.mjs'
import type { Answer, Header, Message } from '../types'
import { sealIds } from './link'
import { BINDING_HEADER } from './proof'
import {
  EKM_BYTES,
  EKM_LABEL,
  verifyMessage,
  type EstablishedBindings,
  type KeyParameters,
} from './message'

/** What happens to a request at the terminator: strip, check, hand on; or refuse. */

export interface GateOptions {
  /** Where requests go whose binding holds. */
  readonly forward: (message: Message) => Promise<Answer>
  readonly linkKey: CryptoKey
  /** Milliseconds. */
  readonly now: () => number
  /** What both ends agreed on for the provided binding. */
  readonly keyParameters?: KeyParameters
  /** Called for each message that is verified, and not found in its connection's cache. */
  readonly onVerify?: () => void
}

const MAX_BODY_BYTES = 1024 * 1024
/** A connection speaks for one client, which needs one message, and one more to be referred. */
const MOST_CACHED = 8

/** Headers that end at this hop, or that the next one writes itself. */
const HOP_BY_HOP = new Set([
  ...['connection', 'keep_alive', 'transfer_encoding', 'content_length', 'te', 'trailer'],
  ...['upgrade', 'expect', 'proxy_connection', 'host', 'accept_encoding'],
])

/** Makes the gate: every request gets an answer, and what goes wrong is a refusal. */
export function createGate(options: GateOptions): (request: IncomingMessage) => Promise<Answer> {
  const verify = createConnectionVerifier(options)

  async function pass(request: IncomingMessage): Promise<Answer> {
    const headers = headersOf(request)
    // First of all: who claims an ID is not to be believed, whatever else comes of the request.
    const own = headers.filter(([name]) => !isClaim(name))
    const found = fault(request)
    if (found) {
      throw new SessionLockError(isErrorCode(found.code) ? found.code : 'ERR_INPUT', found)
    }
    const bindings = await verify(request.socket as TLSSocket, readHeader(headers))
    const { method = '', url: target = '' } = request
    const body = await readBody(request)
    const sealed = await sealIds(bindings, { method, target }, options.linkKey, options.now())
    const kept = own.filter(([name]) => !HOP_BY_HOP.has(asVariable(name)))
    return options.forward({ method, target, headers: [...kept, ...sealed], ...(body && { body }) })
  }

  return async (request) => {
    try {
      return await pass(request)
    } catch (error) {
      return refuse(error, options.now())
    }
  }
}

/**
 * Verifies what a connection says of itself. What was verified is remembered for that connection and
 * no other, because the signature covers its keying material.
 */
function createConnectionVerifier({ keyParameters, onVerify }: GateOptions) {
  const caches = new WeakMap<TLSSocket, Map<string, EstablishedBindings>>()

  return async (socket: TLSSocket, header: string): Promise<EstablishedBindings> => {
    const cache = caches.get(socket) ?? new Map<string, EstablishedBindings>()
    caches.set(socket, cache)
    const known = cache.get(header)
    if (known) return known
    const message = decodeBase64url(header)
    if (!message) {
      throw new SessionLockError('ERR_PROOF_MALFORMED', { detail: 'That is no base64url.' })
    }
    onVerify?.()
    const ekm = new Uint8Array(exportEkm(socket))
    const bindings = await verifyMessage(message, ekm, keyParameters)
    if (cache.size < MOST_CACHED) cache.set(header, bindings)
    return bindings
  }
}

/** The keying material of a live connection, the same at both of its ends. */
export function exportEkm(socket: TLSSocket): Buffer {
  // The types ask for a context; RFC 8471 §3.3 has none, which is not the same as an empty one.
  return socket.exportKeyingMaterial(EKM_BYTES, EKM_LABEL, undefined as unknown as Buffer)
}

function headersOf({ rawHeaders }: IncomingMessage): Header[] {
  const pairs = rawHeaders.map((name, i) => [name, rawHeaders[i + 1] ?? ''] as const)
  return pairs.filter((_, i) => i % 2 === 0)
}

/** As programs behind a gateway see a name: without case, and all that is not a letter or digit alike. */
function asVariable(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '_')
}

/** Whether a header is one that only the terminator may write, or its own affair. */
function isClaim(name: string): boolean {
  return /^sec_(.*_)?token_binding(_id)?$|^token_binding_link$/.test(asVariable(name))
}

/** RFC 8473 §2: exactly one. More are 400; none is a refusal, and never "no ID". */
function readHeader(headers: readonly Header[]): string {
  const given = headers.filter(([name]) => asVariable(name) === asVariable(BINDING_HEADER))
  if (given.length > 1) {
    throw new SessionLockError('ERR_INPUT', { detail: `There are two ${BINDING_HEADER} headers.` })
  }
  const [name, value] = given[0] ?? []
  if (value === undefined || name?.toLowerCase() !== BINDING_HEADER.toLowerCase()) {
    throw new SessionLockError('ERR_PROOF_MISSING', { detail: `There is no ${BINDING_HEADER}.` })
  }
  return value
}

/** Bodies are handed on as text: what is not UTF-8 is refused, because it would arrive as another. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MAX_BODY_BYTES) throw new SessionLockError('ERR_BODY_TOO_LARGE')
    chunks.push(chunk)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks))
  } catch (cause) {
    throw new SessionLockError('ERR_INPUT', { detail: 'The body is not UTF-8.', cause })
  }
}

/** The answer that says what is wrong; of a fault of ours it says no more than that there is one. */
export async function refuse(error: unknown, now: number): Promise<Answer> {
  if (!(error instanceof SessionLockError)) console.error('the application was not reached:', error)
  const refused =
    error instanceof SessionLockError ? error : new SessionLockError('ERR_STORE_UNAVAILABLE')
  const response = refused.toResponse(now)
  response.headers.set('Cache-Control', 'no-store')
  const { status, headers } = response
  return { status, headers, body: await response.text(), code: refused.code, ms: 0 }
}
