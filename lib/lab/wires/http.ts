import { connect, createServer, type Server, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { codeOf, jsonOf } from '../message'
import type { Answer, Message, Relay, Windows, Wire } from '../types'

/**
 * The wire to a running server, over sockets of our own: no HTTP client lets the requests through
 * that an attacker writes. One connection a request.
 */

const SILENCE_MS = 15_000

/** What `GET /api/lab/about` says of a deployment. */
export interface Deployment {
  readonly origin: string
  readonly windows: Windows
}

/**
 * Asks a server whether it is this application, and for its windows.
 *
 * @param address where it is reached, such as `http://localhost:3000`
 * @throws with words for people where it is not reached, or is something else
 */
export async function identify(address: string): Promise<Deployment> {
  const hello = { method: 'GET', target: '/api/lab/about', headers: [] }
  const answer = await sendTo(address, hello).catch((error: Error) => {
    throw new Error(`${address} cannot be reached: ${error.message}`)
  })
  const said = jsonOf<{ app?: string; lab?: number } & Deployment>(answer)
  if (answer.status !== 200 || said?.app !== 'session-lock' || said.lab !== 1) {
    throw new Error(`${address} is not this application, or has no lab; nothing was sent to it.`)
  }
  return { origin: said.origin, windows: said.windows }
}

/** @param address where the server is reached; requests are signed for its own origin */
export function createHttpWire(address: string, { origin, windows }: Deployment): Wire {
  return {
    origin,
    windows,
    send: (message) => sendTo(address, message),
    now: Date.now,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    openRelay: () => openRelay(address),
  }
}

async function sendTo(address: string, message: Message): Promise<Answer> {
  return converse(open(address), asBytes(message, new URL(address).host))
}

function open(address: string): Socket {
  const { protocol, hostname, port } = new URL(address)
  const host = hostname.replace(/^\[|\]$/g, '')
  return protocol === 'https:'
    ? connectTls({ host, port: Number(port || 443), servername: host })
    : connect({ host, port: Number(port || 80) })
}

/** The bytes of a request, just as its message says. */
export function asBytes({ method, target, headers, body = '' }: Message, host: string): Buffer {
  const length = Buffer.byteLength(body)
  const lines = [
    `${method} ${target} HTTP/1.1`,
    `Host: ${host}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(length > 0 || method === 'POST' ? [`Content-Length: ${length}`] : []),
    'Connection: close',
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`)
}

/** Writes a request and reads to the end of the connection. */
export function converse(socket: Socket, bytes: Buffer): Promise<Answer> {
  const startedAt = performance.now()
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error('the server stays silent')))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', (error) => (chunks.length > 0 ? undefined : reject(error)))
    socket.on('close', () => {
      const answer = read(Buffer.concat(chunks), performance.now() - startedAt)
      if (answer) resolve(answer)
      else reject(new Error('the server closed the connection without an answer'))
    })
    socket.write(bytes)
  })
}

function read(bytes: Buffer, ms: number): Answer | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [line = '', ...fields] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = new Headers(
    fields.map((field): [string, string] => {
      const colon = field.indexOf(':')
      return [field.slice(0, colon), field.slice(colon + 1).trim()]
    }),
  )
  const rest = bytes.subarray(end + 4)
  const isChunked = headers.get('transfer-encoding') === 'chunked'
  const body = (isChunked ? joinChunks(rest) : rest).toString()
  const status = Number(line.split(' ')[1])
  const code = codeOf(status, headers, body)
  return { status, headers, body, ms, ...(code && { code }) }
}

/** RFC 9112 §7.1, of a body that is whole. */
function joinChunks(bytes: Buffer): Buffer {
  const chunks: Buffer[] = []
  for (let at = 0; ;) {
    const line = bytes.indexOf('\r\n', at)
    const size = parseInt(bytes.subarray(at, line).toString(), 16)
    if (line < 0 || !(size > 0)) return Buffer.concat(chunks)
    chunks.push(bytes.subarray(line + 2, line + 2 + size))
    at = line + 2 + size + 2
  }
}

/** A proxy that answers in the server's place: what it is sent, it sends on, over a leg of its own. */
async function openRelay(address: string): Promise<Relay> {
  const loot: Answer[] = []
  const proxy: Server = createServer((client) => {
    client.on('error', () => client.destroy())
    client.once('data', (bytes) => {
      converse(open(address), bytes).then(
        (answer) => {
          loot.push(answer)
          client.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
        },
        () => client.destroy(),
      )
    })
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as { port: number }
  const near = `http://127.0.0.1:${port}`
  return {
    loot,
    // The client takes the proxy for the server, and so names the server.
    send: (message) => converse(open(near), asBytes(message, new URL(address).host)),
    close: () => new Promise((resolve) => proxy.close(() => resolve())),
  }
}
