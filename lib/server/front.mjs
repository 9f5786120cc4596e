import { createServer, STATUS_CODES } from 'node:http'
import { BlockList } from 'node:net'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { clean, fault, METHODS, trustedProxies } from './incoming.mjs'

/**
 * The production entry: Next behind a thin front, which mends what Next would let through or answer
 * badly (`e2e/platform` pins each). It writes the peer's address, and refuses in the protocol's own
 * words what no handler would ever see right.
 *
 * @typedef {import('node:http').IncomingMessage} IncomingMessage
 * @typedef {import('node:http').ServerResponse} ServerResponse
 * @typedef {(code: string, details?: { detail?: string; allow?: string[] }) => Promise<Response>} Refuse
 */

/** Set by `start.ts`, in this process, before the first request. @returns {Refuse} */
const refuser = () => Reflect.get(globalThis, Symbol.for('session-lock.refuse'))

/** @param {Response} response @param {ServerResponse} out */
async function send(response, out) {
  out.writeHead(response.status, { ...Object.fromEntries(response.headers), Connection: 'close' })
  out.end(await response.text())
}

/**
 * Answers on a bare socket: the parser gave up, so there is no request to answer.
 *
 * @param {Response} response
 * @param {import('node:stream').Duplex} socket
 */
async function sendRaw(response, socket) {
  const body = await response.text()
  const headers = [...response.headers, ['content-length', Buffer.byteLength(body)]]
  const lines = [...headers, ['connection', 'close']].map(([name, value]) => `${name}: ${value}`)
  const status = `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status]}`
  // Ended for good: a peer that does not answer must not hold the socket.
  if (socket.writable) socket.end([status, ...lines, '', body].join('\r\n'), () => socket.destroy())
  else socket.destroy()
}

/**
 * Answers on a socket that Node has taken off its own hands, errors and all.
 *
 * @param {import('node:stream').Duplex} socket
 * @param {string} code
 * @param {{ detail?: string; allow?: string[] }} details
 */
async function turnAway(socket, code, details) {
  socket.on('error', () => socket.destroy())
  await sendRaw(await refuser()(code, details), socket)
}

/**
 * Next as the handler of requests.
 *
 * @param {string} dir the application's folder
 * @param {number} port
 */
async function prepareNext(dir, port) {
  // Read when Next is loaded, so it must stand before.
  Object.assign(process.env, { NODE_ENV: 'production' })
  const { default: next } = await import('next')
  const app = next({ dev: false, dir, port })
  await app.prepare()
  return app.getRequestHandler()
}

/**
 * Builds the server before a handler. It does not listen yet.
 *
 * @param {(request: IncomingMessage, response: ServerResponse) => unknown} handle
 * @param {BlockList} trusted proxies whose X-Forwarded-For counts
 */
export function createFront(handle, trusted = new BlockList()) {
  // Room for a header that is too long to be judged, and refused, in the protocol's own words.
  const options = {
    maxHeaderSize: 32 * 1024,
    // Checked by ourselves, to be answered in our own words.
    requireHostHeader: false,
    // Nobody holds a connection by sending slowly.
    headersTimeout: 15_000,
    requestTimeout: 30_000,
    connectionsCheckingInterval: 5_000,
  }
  /** What is being answered on a socket. @type {WeakMap<import('node:stream').Duplex, [IncomingMessage, ServerResponse]>} */
  const atWork = new WeakMap()
  const server = createServer(options, (request, response) => {
    atWork.set(request.socket, [request, response])
    response.once('close', () => atWork.delete(request.socket))
    const found = fault(request)
    if (found) return void refuser()(found.code, found).then((refusal) => send(refusal, response))
    clean(request, trusted)
    // Next's own error page is a route to it, and answers 500 to whoever asks for it.
    if (/^\/_(global-)?error\b/.test(request.url ?? '')) request.url = '/_not-found'
    return void handle(request, response)
  })
  server.on('checkExpectation', async (_request, response) =>
    send(await refuser()('ERR_INPUT', { detail: 'That expectation cannot be met.' }), response),
  )
  server.on('clientError', async (_error, socket) => {
    const [request, response] = atWork.get(socket) ?? []
    // What follows a whole request must not be answered in that request's place.
    if (request?.complete && response) return void response.once('finish', () => socket.destroy())
    await sendRaw(
      await refuser()('ERR_INPUT', { detail: 'This is not HTTP as it must be.' }),
      socket,
    )
  })
  server.on('connect', (_request, socket) => turnAway(socket, 'ERR_METHOD', { allow: METHODS }))
  server.on('upgrade', (_request, socket) =>
    turnAway(socket, 'ERR_INPUT', { detail: 'There is nothing to upgrade to.' }),
  )
  return server
}

/**
 * Starts the application as the environment says, and stops it with the process.
 *
 * @returns {Promise<string>} the address it answers at
 */
export async function startFront() {
  const dir = join(import.meta.dirname, '../..')
  const envFile = join(dir, '.env.local')
  if (existsSync(envFile)) process.loadEnvFile(envFile)
  const port = Number(process.env.PORT || 3000)
  const trusted = trustedProxies(process.env.TRUSTED_PROXIES ?? '')
  const server = createFront(await prepareNext(dir, port), trusted)
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      server.close(() => process.exit(0))
      server.closeAllConnections()
    })
  }
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, process.env.HOST || '127.0.0.1', () => {
      resolve(process.env.APP_ORIGIN || `http://localhost:${port}`)
    })
  })
}

/** What to say of an error that kept the server from listening. @param {unknown} error */
export function explain(error) {
  const { code, port = 3000, message } = /** @type {any} */ (error)
  return code === 'EADDRINUSE' ? `Port ${port} is taken. Choose another: PORT=${port + 1}` : message
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    console.log(`session-lock listens on ${await startFront()}`)
  } catch (error) {
    console.error(explain(error))
    process.exit(1)
  }
}
