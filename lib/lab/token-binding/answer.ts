import type { Duplex } from 'node:stream'
import type { Answer } from '../types'
import { jsonOf } from './json'

/** Reads one HTTP/1.1 answer off a connection that may carry more. */

const SILENCE_MS = 15_000

/** Rejects where the connection ends, or stays silent, before the answer is whole. */
export function readAnswer(socket: Duplex, method: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0)
    const settle = (act: () => void) => {
      clearTimeout(timer)
      socket.off('data', onData).off('close', onClose)
      act()
    }
    const onData = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      const answer = parseAnswer(received, method)
      if (answer) settle(() => resolve(answer))
    }
    const onClose = () =>
      settle(() => {
        const answer = parseAnswer(received, method, true)
        if (answer) resolve(answer)
        else reject(new Error('the connection ended without an answer'))
      })
    const timer = setTimeout(() => socket.destroy(), SILENCE_MS)
    socket.on('data', onData).on('close', onClose)
    if (socket.destroyed) onClose()
  })
}

/** The answer, if it is whole; at the end of a connection, whatever there is of it. */
function parseAnswer(bytes: Buffer, method: string, isEnd = false): Answer | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [line = '', ...fields] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const status = Number(line.split(' ')[1])
  // An interim answer precedes the real one (RFC 9110 §15.2).
  if (status < 200) return parseAnswer(bytes.subarray(end + 4), method, isEnd)
  const headers = new Headers(
    fields.map((field): [string, string] => {
      const colon = field.indexOf(':')
      return [field.slice(0, colon), field.slice(colon + 1).trim()]
    }),
  )
  const rest = bytes.subarray(end + 4)
  const hasNoBody = method === 'HEAD' || status === 204 || status === 304
  const body = hasNoBody ? Buffer.alloc(0) : bodyOf(rest, headers, isEnd)
  return body && withCode({ status, headers, body: body.toString(), ms: 0 })
}

function bodyOf(rest: Buffer, headers: Headers, isEnd: boolean): Buffer | undefined {
  if (headers.get('transfer-encoding') === 'chunked') return joinChunks(rest)
  const length = headers.get('content-length')
  if (length === null) return isEnd ? rest : undefined
  return rest.length >= Number(length) ? rest.subarray(0, Number(length)) : undefined
}

/** RFC 9112 §7.1; `undefined` where the last chunk is not there yet. */
function joinChunks(bytes: Buffer): Buffer | undefined {
  const chunks: Buffer[] = []
  for (let at = 0; ;) {
    const line = bytes.indexOf('\r\n', at)
    const size = parseInt(bytes.subarray(at, line).toString(), 16)
    const next = line + 2 + size + 2
    if (line < 0 || !(bytes.length >= next)) return undefined
    if (size === 0) return Buffer.concat(chunks)
    chunks.push(bytes.subarray(line + 2, line + 2 + size))
    at = next
  }
}

/** The refusal's own word for its reason (RFC 9457). */
function withCode(answer: Answer): Answer {
  if (answer.status < 400) return answer
  const code = jsonOf<{ code?: string }>(answer)?.code
  return code ? { ...answer, code } : answer
}
