import { connect } from 'node:net'
import type { Answer, Message } from '../types'
import { readAnswer } from './answer'

/** The hop from a terminator to the application: plain HTTP on this machine, a connection a request. */

/** @param address where the application answers, such as `http://127.0.0.1:3000` */
export function plainHttp(address: string): (message: Message) => Promise<Answer> {
  const { hostname, port, host } = new URL(address)
  return async ({ method, target, headers, body = '' }) => {
    const lines = [
      `${method} ${target} HTTP/1.1`,
      `Host: ${host}`,
      ...headers.map(([name, value]) => `${name}: ${value}`),
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
    ]
    const socket = connect({ host: hostname, port: Number(port || 80) })
    const failed = new Promise<never>((_, reject) => socket.once('error', reject))
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`)
    try {
      return await Promise.race([readAnswer(socket, method), failed])
    } finally {
      socket.destroy()
    }
  }
}
