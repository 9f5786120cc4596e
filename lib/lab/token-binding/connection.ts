import { connect as connectTls, type SecureVersion, type TLSSocket } from 'node:tls'
import type { Answer, Message } from '../types'
import { readAnswer } from './answer'
import type { Bytes } from './bytes'
import { exportEkm } from './gate'

/**
 * The client's end, in Node: no browser takes part any more. Requests are written as they stand,
 * because no HTTP client lets those through that an attacker writes.
 */

export interface Endpoint {
  readonly port: number
  /** The certificates that the client takes for the server's, in PEM. */
  readonly trusted: readonly string[]
}

export interface ConnectOptions {
  readonly version?: SecureVersion
  /** What an earlier connection left, to resume its session. */
  readonly session?: Buffer
  /** OpenSSL's options, for clients that are not as they should be. */
  readonly secureOptions?: number
}

/** A live TLS connection, one request after another. */
export interface Connection {
  readonly socket: TLSSocket
  readonly ekm: Bytes
  readonly version: string | null
  readonly isResumed: boolean
  /** What a later connection resumes with, once the server has sent it. */
  session(): Buffer | undefined
  isOpen(): boolean
  send(message: Message): Promise<Answer>
  close(): void
}

/** Rejects where the server is not one that is trusted, or the handshake fails. */
export function connect(
  { port, trusted }: Endpoint,
  { version, session, secureOptions }: ConnectOptions = {},
): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      ...{ host: '127.0.0.1', port, ca: [...trusted], secureOptions, session },
      ...(version && { minVersion: version, maxVersion: version }),
    })
    let ticket: Buffer | undefined
    socket.on('session', (left) => (ticket = left))
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the connection was closed in the handshake')))
    socket.once('secureConnect', () => {
      // From here on an error ends the connection, and whoever waits for an answer hears of it.
      socket.on('error', () => socket.destroy())
      resolve(asConnection(socket, () => ticket))
    })
  })
}

function asConnection(socket: TLSSocket, session: () => Buffer | undefined): Connection {
  let last: Promise<unknown> = Promise.resolve()
  return {
    socket,
    session,
    ekm: new Uint8Array(exportEkm(socket)),
    version: socket.getProtocol(),
    isResumed: socket.isSessionReused(),
    isOpen: () => !socket.destroyed && socket.writable,
    send(message) {
      const answer = last.then(() => exchange(socket, message))
      last = answer.catch(() => {})
      return answer
    },
    close: () => socket.destroy(),
  }
}

async function exchange(socket: TLSSocket, message: Message): Promise<Answer> {
  const startedAt = performance.now()
  const answer = readAnswer(socket, message.method)
  socket.write(asBytes(message, `127.0.0.1:${socket.remotePort}`))
  return { ...(await answer), ms: performance.now() - startedAt }
}

/** The bytes of a request, just as its message says, with what HTTP/1.1 needs besides. */
function asBytes({ method, target, headers, body = '' }: Message, host: string): Buffer {
  const length = Buffer.byteLength(body)
  const lines = [
    `${method} ${target} HTTP/1.1`,
    `Host: ${host}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(length > 0 || method === 'POST' ? [`Content-Length: ${length}`] : []),
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`)
}
