import { createServer } from 'node:https'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answer, Header, Message } from '../types'
import type { Identity } from './certificate'

/**
 * A man in the middle who holds both legs: to the client he is the server, by a certificate that the
 * client trusts (as on a machine where traffic is inspected); to the server he is the client. He sends
 * on what he gets, byte for byte, and keeps what comes back.
 */
export interface ManInTheMiddle {
  readonly port: number
  readonly loot: readonly Answer[]
  close(): Promise<void>
}

/** @param sendOn his own leg to the server */
export async function startManInTheMiddle(
  identity: Identity,
  sendOn: (message: Message) => Promise<Answer>,
): Promise<ManInTheMiddle> {
  const loot: Answer[] = []
  const server = createServer({ ...identity }, async (request, response) => {
    try {
      const answer = await sendOn(await readMessage(request))
      loot.push(answer)
      const { status, headers, body } = answer
      const kept = [...headers].filter(
        ([name]) => !/^(connection|keep-alive|transfer-encoding|content-length)$/.test(name),
      )
      response.writeHead(status, kept.flat()).end(body)
    } catch {
      response.destroy()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    loot,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function readMessage(request: IncomingMessage): Promise<Message> {
  const { method = '', url: target = '', rawHeaders } = request
  const pairs = rawHeaders.map((name, i): Header => [name, rawHeaders[i + 1] ?? ''])
  const headers = pairs.filter(([name], i) => i % 2 === 0 && !/^(host|content-length)$/i.test(name))
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return { method, target, headers, body: Buffer.concat(chunks).toString() }
}
