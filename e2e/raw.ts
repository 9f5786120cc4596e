import { connect } from 'node:net'

export interface RawResponse {
  status: number
  /** Names in lower case; of a doubled name the last value. */
  headers: Record<string, string>
  body: string
}

/**
 * Sends the text exactly as it stands (each `\n` as CRLF) over a socket of its own, because no HTTP
 * client lets the requests through that an attacker writes.
 * Resolves with `undefined` where the server closed, or stayed silent for `waitMs`, without an answer.
 */
export function sendRaw(
  port: number,
  text: string,
  waitMs = 3000,
): Promise<RawResponse | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    const timer = setTimeout(() => socket.destroy(), waitMs)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(parse(Buffer.concat(chunks).toString('latin1')))
    })
    socket.write(Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1'))
  })
}

function parse(text: string): RawResponse | undefined {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [statusLine = '', ...lines] = head.split('\r\n')
  const status = Number(statusLine.split(' ')[1])
  if (!status) return undefined
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
  }
  const payload = rest.join('\r\n\r\n')
  const body = headers['transfer-encoding'] === 'chunked' ? unchunk(payload) : payload
  return { status, headers, body: Buffer.from(body, 'latin1').toString('utf8') }
}

function unchunk(body: string): string {
  let text = ''
  for (let rest = body; ;) {
    const end = rest.indexOf('\r\n')
    const length = parseInt(rest.slice(0, end), 16)
    if (end < 0 || !length) return text
    text += rest.slice(end + 2, end + 2 + length)
    rest = rest.slice(end + 2 + length + 2)
  }
}
