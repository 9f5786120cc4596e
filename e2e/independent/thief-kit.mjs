// What thefts.mjs needs to check answers, to bend calls, and to send bytes as they are.
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { answerOf, send } from './client.mjs'

export const origin = process.argv[2] ?? 'http://localhost:3900'
const { hostname, port, host } = new URL(origin)
export const count = { passed: 0, failed: 0 }
export const foreign = 'http://evil.example'
export const random = () => randomBytes(6).toString('hex')
const statuses = {
  ORIGIN: 403,
  INPUT: 400,
  NOT_FOUND: 404,
  METHOD: 405,
  USERNAME_TAKEN: 409,
  BODY_TOO_LARGE: 413,
}

/** Where an answer under /api falls short of what every one owes, whatever it says. */
const flawsOf = ({ status, headers, text, json, code }) => {
  const has = (name) => headers.get(name) ?? ''
  return Object.entries({
    '5xx': status >= 500,
    html: has('content-type').includes('html'),
    stack: /\n\s+at |node_modules|\.tsx?:\d/.test(text),
    CORS: has('access-control-allow-origin'),
    'no no-store': has('cache-control') !== 'no-store',
    Vary: !/Authorization, Cookie, Session-Lock/i.test(has('vary')),
    'no challenge': !has('session-lock-challenge'),
    'no problem': status >= 400 && text && has('content-type') !== 'application/problem+json',
    members: code && !(json.status === status && json.type && json.title && json.detail),
    serverTime: code && !(json.serverTime > 1e12),
    clientTime: /STALE|FUTURE/.test(code) && !Number.isFinite(json.clientTime),
    expected: code === 'ERR_PROOF_INVALID' && !(json.expected?.method && json.expected.targetUri),
    Allow: status === 405 && !has('allow'),
    'Retry-After': [429, 503].includes(status) && !has('retry-after'),
    'WWW-Authenticate':
      status === 401 &&
      code &&
      has('www-authenticate') !== `SessionLock error="${code}", algs="ES256"`,
  })
    .filter(([, flaw]) => flaw)
    .map(([name]) => name)
    .join(', ')
}

/** `PROOF_INVALID` stands for `401 ERR_PROOF_INVALID`, `*` for any end, ` | ` for a choice. */
const matches = (got, expected) =>
  expected.split(' | ').some((one) => {
    const full = /^[A-Z_]+\*?$/.test(one) ? `${statuses[one] ?? 401} ERR_${one}` : one
    return full.endsWith('*') ? got.startsWith(full.slice(0, -1)) : got === full
  })

export const run = async (title, rows) => {
  for (const [name, expected, act] of rows) {
    let got = '',
      flaws = ''
    try {
      let answer = await act()
      if (answer.url) answer = await send(answer)
      if (typeof answer === 'string') got = answer
      else {
        got = [answer.status, answer.code].filter(Boolean).join(' ')
        flaws = answer.page ? '' : flawsOf(answer)
      }
    } catch (error) {
      got = `${error.name} ${error.cause?.code ?? error.message}`
    }
    const passed = matches(got, expected) && !flaws
    count[passed ? 'passed' : 'failed'] += 1
    const why = `: expected ${expected}, got ${got}${flaws && ` (flaws: ${flaws})`}`
    console.log(`${passed ? 'ok  ' : 'FAIL'} ${title}: ${name}${passed ? '' : why}`)
  }
}

/** Sends bytes as they are; `end` closes our half at once. */
const raw = (bytes, end = false) =>
  new Promise((resolve) => {
    const chunks = []
    const socket = connect({ host: hostname, port: Number(port || 80) })
    const done = (silent) => {
      clearTimeout(timer)
      socket.destroy()
      const [head, ...rest] = Buffer.concat(chunks).toString().split('\r\n\r\n')
      const [line, ...fields] = head.split('\r\n')
      const headers = new Headers(fields.map((field) => field.split(/: ?(.*)/s).slice(0, 2)))
      const all = rest.join('\n')
      const text = all.match(/\{.*\}/s)?.[0] ?? all.replace(/^0\s*$/, '')
      resolve(line ? answerOf(Number(line.split(' ')[1]), headers, text) : silent)
    }
    const timer = setTimeout(() => done('hang'), 4000)
    socket.on('data', (chunk) => chunks.push(chunk)).on('close', () => done('closed'))
    socket
      .on('error', () => done('closed'))
      .on('connect', () => socket[end ? 'end' : 'write'](bytes))
  })

/** A call as text: `more` further header lines, `target` for the path, `length` for the framing. */
export const wire = ({ method, url, headers, body }, { more = [], target, length, end } = {}) => {
  const all = Object.entries({ Host: host, Connection: 'close', ...headers })
  const lines = all.filter(([, value]) => value !== undefined).map((pair) => pair.join(': '))
  const framing = length ?? (body && `Content-Length: ${body.length}`)
  const first = `${method} ${target ?? url.slice(origin.length)} HTTP/1.1`
  const head = [first, ...lines, framing, ...more].filter(Boolean).join('\r\n')
  return raw(Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body ?? Buffer.alloc(0)]), end)
}

export const bare = (method, path, headers = {}, body = undefined) => ({
  method,
  url: origin + path,
  headers,
  body: body && Buffer.from(body),
})
export const adding = (call, more) => ({ ...call, headers: { ...call.headers, ...more } })
export const without = (call, name) => {
  const { [name]: _, ...headers } = call.headers
  return { ...call, headers }
}
export const authorize = (call, Authorization) => adding(call, { Authorization })
export const lockedOf = (call) => call.headers.Authorization.split(' ')[1]
/** Rewrites the parts of a locked token. */
export const bend = (call, edit) => {
  const [scheme, locked] = call.headers.Authorization.split(' ')
  return authorize(call, `${scheme} ${edit(locked.split('.')).join('.')}`)
}
export const resign = (call, edit) => bend(call, (parts) => parts.with(4, edit(parts[4])))
/** Sends one call, then the same or a bent one again. */
export const twice = async (call, edit = (same) => same) => {
  await send(call)
  return edit(call)
}
export const passing = async (calls, status) => {
  const answers = await Promise.all(calls.map((call) => send(call)))
  const others = answers.filter((a) => a.status !== status).map((a) => a.code ?? a.status)
  return `${answers.length - others.length} passed, ${[...new Set(others)].join()}`
}
export const within = (promise, late) =>
  Promise.race([promise, new Promise((r) => setTimeout(r, 2500, late))])
export const json = (value) => Buffer.from(JSON.stringify(value))
export const part = (value) => json(value).toString('base64url')
const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')
export const mirrored = (form) => (text) => {
  const bytes = Buffer.from(text, form)
  const s = order - BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  bytes.write(s.toString(16).padStart(64, '0'), 32, 'hex')
  return bytes.toString(form)
}
/** The same bytes with other spare bits: of 32 or 64 bytes the last character is A, Q, g, w, … */
export const twin = (text) =>
  text.replace(/(.)(=*)$/, (_, last, pad) => String.fromCharCode(last.charCodeAt(0) + 1) + pad)
