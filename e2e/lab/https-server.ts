import { createServer, request as forward, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createIdentity, startTerminator } from '@/lib/lab/dbsc/https.mjs'
import { freePort, startServer } from '../own-server'

/** What passed between a browser and the server, as it was on the wire. */
export interface Passed {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly status: number
  readonly answered: IncomingHttpHeaders
}

export interface HttpsServer {
  readonly origin: string
  /** The certificate, and its key. */
  readonly identity: { key: string; cert: string }
  /** In the order of the answers. */
  readonly passed: Passed[]
  /** Paths that are answered 503, as if what is behind them were down. */
  readonly down: Set<string>
  /** Somebody who rewrites what passes, header by header. */
  meddle?: {
    request?(path: string, headers: IncomingHttpHeaders): void
    answer?(path: string, headers: IncomingHttpHeaders): void
  }
  stop(): Promise<void>
}

/** A server of the same build behind TLS, with somebody between who writes down what passes. */
export async function startHttpsServer(): Promise<HttpsServer> {
  const identity = await createIdentity()
  const port = await freePort()
  const origin = `https://localhost:${port}`
  const server = await startServer({ APP_ORIGIN: origin })
  const tap = createTap(Number(new URL(server.origin).port))
  await new Promise<void>((resolve) => tap.listener.listen(0, '127.0.0.1', resolve))
  const { port: target } = tap.listener.address() as AddressInfo
  const terminator = await startTerminator(identity, { port, target })
  return Object.assign(tap.taken, {
    ...{ origin, identity },
    async stop() {
      await terminator.close()
      tap.listener.closeAllConnections()
      tap.listener.close()
      await server.stop()
    },
  })
}

function createTap(port: number) {
  const taken: Pick<HttpsServer, 'passed' | 'down' | 'meddle'> = { passed: [], down: new Set() }
  const listener = createServer((request, response) => {
    const { method = '', url = '', headers } = request
    const path = url.split('?', 1)[0]!
    const note = (status: number, answered: IncomingHttpHeaders) =>
      void taken.passed.push({ method, path, headers, status, answered })
    if (taken.down.has(path)) {
      note(503, {})
      return void response.writeHead(503).end()
    }
    taken.meddle?.request?.(path, headers)
    const onward = forward({ host: '127.0.0.1', port, path: url, method, headers }, (answer) => {
      taken.meddle?.answer?.(path, answer.headers)
      note(answer.statusCode ?? 0, answer.headers)
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  return { taken, listener }
}
