import { expect, inject, it, describe } from 'vitest'
import { sendRaw } from '../raw'

/**
 * What Next 16.4.5 hands to the edge and to a handler. Nothing here is a wish: each line pins what
 * was seen, so that an upgrade that changes what is signed, or what is refused, shows itself.
 */

const port = inject('platformPort')

interface Seen {
  method: string
  pathname: string
  search: string
  [name: string]: string | null
}

async function ask(target: string, lines: string[] = [], method = 'GET', body = '') {
  const head = [`${method} ${target} HTTP/1.1`, 'Host: x', 'Connection: close', ...lines]
  const answer = await sendRaw(port, `${head.join('\n')}\n\n${body}`)
  if (!answer) return undefined
  const echoed = answer.status === 200 && answer.body ? JSON.parse(answer.body) : {}
  return {
    ...answer,
    ...(echoed as { edge: Seen; handler: Seen; bodyLength: number }),
  }
}

describe('the URL', () => {
  it.each([
    ['/api/a?b%20c=1', '/api/a', '?b+c=1', '?b+c=1'],
    ['/api/a?a', '/api/a', '?a=', '?a='],
    ['/api/a?', '/api/a', '', ''],
    ['/api/a?b=2&a=1&b=1', '/api/a', '?b=2&b=1&a=1', '?b=2&b=1&a=1'],
    ['/api/a?_rsc=1&a=2', '/api/a', '?a=2', '?_rsc=1&a=2'],
    ['/api/a?nxtPfoo=1&a=2', '/api/a', '?a=2&foo=1', '?a=2'],
    ["/api/a?x='(~)*!", '/api/a', '?x=%27%28%7E%29*%21', '?x=%27%28%7E%29*%21'],
    ['/api/a?x=%zz', '/api/a', '?x=%25zz', '?x=%25zz'],
    ['/api/%61', '/api/%61', '', ''],
    ['/api/a%2Fb', '/api/a%2Fb', '', ''],
    ['/api/a%00b', '/api/a%00b', '', ''],
    ['/api/x/../a', '/api/a', '', ''],
    ['/api/a/', '/api/a/', '', ''],
    ['/api/a|b^c`d', '/api/a|b^c%60d', '', ''],
    ['/api/a#fragment', '/api/a', '', ''],
  ])('%s', async (target, pathname, edgeSearch, handlerSearch) => {
    const answer = await ask(target)
    expect(answer).toMatchObject({
      edge: { pathname, search: edgeSearch },
      handler: { pathname, search: handlerSearch },
    })
  })

  it('some names of a query do not reach the handler as they are', async () => {
    expect((await ask('/api/a?__proto__=1&a=2'))?.handler.search).toBe('?a=2')
    expect((await ask('/api/a?nextInternalLocale=de&a=2'))?.handler.search).toBe('?a=2')
    expect((await ask('/api/a?constructor=1'))?.edge.search).not.toBe('?constructor=1')
  })

  it.each([
    ['/api//a', 308],
    ['//api/a', 308],
    ['/api/a\\b', 308],
    ['http://evil.example/api/a', 308],
    ['/api/%zz', 500],
    ['*', 500],
    ['/%61pi/a', 404],
    ['/API/a', 404],
    ['/api/%2e%2e/a', 404],
  ])('%s never reaches a handler: %i', async (target, status) => {
    expect(await ask(target)).toMatchObject({ status })
  })
})

describe('headers', () => {
  it('keeps the first of a doubled Authorization and joins the others', async () => {
    const answer = await ask('/api/a', [
      'Authorization: one',
      'Authorization: two',
      'Session-Lock: x',
      'Session-Lock: y',
      'Cookie: a=1',
      'Cookie: b=2',
      'Origin: p',
      'Origin: q',
    ])
    const asSeen = {
      authorization: 'one',
      sessionLock: 'x, y',
      cookie: 'a=1; b=2',
      origin: 'p, q',
    }
    expect(answer).toMatchObject({ edge: asSeen, handler: asSeen })
  })

  it("hands on the client's own forwarded address, and the peer's where there is none", async () => {
    const forged = await ask('/api/a', ['X-Forwarded-For: 6.6.6.6'])
    expect(forged).toMatchObject({ handler: { forwardedFor: '6.6.6.6' } })
    expect(await ask('/api/a')).toMatchObject({ handler: { forwardedFor: '127.0.0.1' } })
  })

  it('neither strips nor honours x-middleware-subrequest', async () => {
    const answer = await ask('/api/a', [
      'X-Middleware-Subrequest: middleware:middleware:middleware:middleware:middleware',
    ])
    expect(answer?.edge).not.toBeNull()
    expect(answer?.handler.middlewareSubrequest).toMatch(/^middleware:/)
  })

  it('takes the origin of request.url from nothing the client sends', async () => {
    const answer = await ask('/api/a', ['X-Forwarded-Host: evil.example'])
    expect(answer?.handler.url).toBe('http://localhost:3000/api/a')
  })

  it('redirects a handler request that claims to be for server components', async () => {
    expect(await ask('/api/a', ['RSC: 1'])).toMatchObject({ status: 307 })
  })

  it.each([
    ['a folded value', 'Authorization: a\n b', 400],
    ['a control character', 'Authorization: a\u0001b', 400],
    ['more than 16 KiB', `Authorization: ${'a'.repeat(20_000)}`, 431],
  ])('%s is answered by the parser, without a body', async (_name, line, status) => {
    expect(await ask('/api/a', [line])).toMatchObject({ status, body: '' })
  })

  it('hands over bytes beyond ASCII as Latin-1', async () => {
    expect((await ask('/api/a', ['Authorization: caf\u00e9']))?.handler.authorization).toBe('café')
  })
})

describe('methods', () => {
  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s arrives', async (method) => {
    const answer = await ask('/api/a', ['Content-Length: 0'], method)
    expect(answer).toMatchObject({ edge: { method }, handler: { method } })
  })

  it.each([
    ['TRACE', 500],
    ['PROPFIND', 400],
    ['QUERY', 400],
    ['BREW', 400],
    ['get', 400],
  ])('%s is answered %i without a handler', async (method, status) => {
    expect(await ask('/api/a', [], method)).toMatchObject({ status })
  })

  it('CONNECT and Upgrade get no answer at all', async () => {
    expect(await ask('/api/a', [], 'CONNECT')).toBeUndefined()
    const upgrade = 'GET /api/a HTTP/1.1\nHost: x\nConnection: Upgrade\nUpgrade: websocket\n\n'
    expect(await sendRaw(port, upgrade, 1000)).toBeUndefined()
  })

  it("Next's own 405 names no allowed method", async () => {
    const answer = await ask('/only-get', ['Content-Length: 0'], 'POST')
    expect(answer).toMatchObject({ status: 405, body: '' })
    expect(answer?.headers).not.toHaveProperty('allow')
  })
})

describe('bodies', () => {
  it('a GET keeps its Content-Length and loses its body', async () => {
    const answer = await ask('/api/a', ['Content-Length: 2'], 'GET', 'ab')
    expect(answer).toMatchObject({ bodyLength: 0, handler: { contentLength: '2' } })
  })

  it('a chunked POST arrives whole', async () => {
    const chunked = await ask('/api/a', ['Transfer-Encoding: chunked'], 'POST', '3\nabc\n0\n\n')
    expect(chunked).toMatchObject({ bodyLength: 3, handler: { contentLength: null } })
  })

  it('above 10 MB it is cut short, with status 200', async () => {
    const size = 11 * 1024 * 1024
    const response = await fetch(`http://127.0.0.1:${port}/api/a`, {
      method: 'POST',
      body: new Uint8Array(size),
    })
    const { bodyLength } = (await response.json()) as { bodyLength: number }
    expect(response.status).toBe(200)
    expect(bodyLength).toBeLessThan(size)
  })
})
