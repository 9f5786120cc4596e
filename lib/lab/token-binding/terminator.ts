import { constants } from 'node:crypto'
import { createServer as createHttpsServer } from 'node:https'
import type { ServerResponse } from 'node:http'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { SecureVersion } from 'node:tls'
import { SessionLockError } from '@/lib/protocol/errors'
import type { Answer } from '../types'
import type { Identity } from './certificate'
import { createGate, refuse, type GateOptions } from './gate'
import { watchHandshake } from './handshake'

/**
 * The TLS terminator in front of the application: the one place that sees both the connection and the
 * request, and so the one that can check a Token Binding. Nothing passes it without one. Both ends
 * agree on Token Binding beforehand, because Node cannot send the extension that would negotiate it
 * (RFC 8472).
 */

export interface TerminatorOptions extends GateOptions {
  readonly identity: Identity
  readonly minVersion?: SecureVersion
  readonly maxVersion?: SecureVersion
}

export interface Terminator {
  readonly port: number
  close(): Promise<void>
}

/** Starts a terminator on a free port of this machine. */
export async function startTerminator(options: TerminatorOptions): Promise<Terminator> {
  const { identity, minVersion = 'TLSv1.2', maxVersion = 'TLSv1.3' } = options
  const judge = createGate(options)
  const tls = createHttpsServer(
    {
      ...identity,
      ...{ minVersion, maxVersion },
      // A renegotiated TLS 1.2 connection has other keying material (RFC 8471 §3.3): there is none here.
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
      // Judged at the gate, in the application's own words.
      requireHostHeader: false,
      maxHeaderSize: 32 * 1024,
    },
    (request, response) => void judge(request).then((answer) => send(answer, response)),
  )
  tls.on('clientError', (_error, socket) => void turnAway(socket, options.now()))
  const tcp = createTcpServer((socket) => {
    // RFC 8471 §4.2: without the extended master secret there is no Token Binding on TLS 1.2.
    const watched = watchHandshake(
      socket,
      (hello) => !hello || hello.isTls13 || hello.hasExtendedMasterSecret,
    )
    tls.emit('connection', watched)
  })
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve))
  return {
    port: (tcp.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        tcp.close(() => resolve())
        tls.closeAllConnections()
      }),
  }
}

/** Answers what is no HTTP, on the bare socket, and ends it. */
async function turnAway(socket: Duplex, now: number): Promise<void> {
  const detail = 'This is not HTTP as it must be.'
  const { headers, body } = await refuse(new SessionLockError('ERR_INPUT', { detail }), now)
  const type = `Content-Type: ${headers.get('content-type')}`
  const lines = ['HTTP/1.1 400 Bad Request', type, `Content-Length: ${Buffer.byteLength(body)}`]
  if (!socket.writable) return void socket.destroy()
  socket.end([...lines, 'Connection: close', '', body].join('\r\n'), () => socket.destroy())
}

const OF_THE_OTHER_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'content-length']

function send({ status, headers, body }: Answer, response: ServerResponse): void {
  const kept = [...headers].filter(([name]) => !OF_THE_OTHER_HOP.includes(name))
  response.writeHead(status, [...kept, ['Content-Length', String(Buffer.byteLength(body))]].flat())
  response.end(body)
}
