import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { explain } from './front.mjs'
import { clean, fault, trustedProxies } from './incoming.mjs'

const HOST = ['Host', 'app.example']
const request = (changes: object = {}) =>
  ({
    ...{ method: 'GET', url: '/api/notes', rawHeaders: HOST, headers: {}, httpVersion: '1.1' },
    socket: { remoteAddress: '192.0.2.1' },
    ...changes,
  }) as unknown as IncomingMessage

describe('what must not reach Next', () => {
  it.each([
    ['/', undefined],
    ['/api/notes?a=//&b=%zz', undefined],
    ['/api/%61#x', undefined],
    ['/api/%zz', 'ERR_INPUT'],
    ['/api/%E0%A4%A', 'ERR_INPUT'],
    ['*', 'ERR_INPUT'],
    ['http://evil.example/api/notes', 'ERR_INPUT'],
    ['//evil.example', 'ERR_INPUT'],
    ['/api//notes', 'ERR_INPUT'],
    ['/api\\notes', 'ERR_INPUT'],
    ['', 'ERR_INPUT'],
    ['/api/notes?__proto__=1', 'ERR_INPUT'],
    ['/api/notes?a=1&%5F_proto__=1', 'ERR_INPUT'],
    ['/api/notes?constructor=1', 'ERR_INPUT'],
    ['/api/notes?nxtPid=1', 'ERR_INPUT'],
    ['/api/notes?nextInternalLocale=de', 'ERR_INPUT'],
    ['/api/notes?a=__proto__', undefined],
  ])('the target %s: %s', (url, code) => {
    expect(fault(request({ url }))?.code).toBe(code)
  })

  it.each(['TRACE', 'PROPFIND', 'CONNECT', 'QUERY'])('%s', (method) => {
    expect(fault(request({ method }))).toMatchObject({ code: 'ERR_METHOD' })
  })

  it.each([
    ['no Host', [], 'ERR_INPUT'],
    ['two Hosts', [...HOST, ...HOST], 'ERR_INPUT'],
  ])('%s', (_name, rawHeaders, code) => {
    expect(fault(request({ rawHeaders }))?.code).toBe(code)
  })

  it.each(['Authorization', 'session-lock', 'COOKIE'])('a doubled %s', (name) => {
    const rawHeaders = [...HOST, name, 'a', name.toLowerCase(), 'a']
    expect(fault(request({ rawHeaders }))).toMatchObject({ code: 'ERR_TOKEN_MALFORMED' })
    expect(fault(request({ rawHeaders: [...HOST, name, name] }))).toBeUndefined()
  })
})

describe("the peer's address", () => {
  const addressOf = (forwarded: string | undefined, trusted = '', peer = '192.0.2.1') => {
    const headers = { ...(forwarded && { 'x-forwarded-for': forwarded }) }
    const incoming = request({ headers, socket: { remoteAddress: peer } })
    clean(incoming, trustedProxies(trusted))
    return incoming.headers['x-forwarded-for']
  }

  it.each([
    ['nothing forwarded', undefined, '', '192.0.2.1'],
    ['a forged one', '6.6.6.6', '', '192.0.2.1'],
    ['a trusted proxy', '198.51.100.7', '192.0.2.1', '198.51.100.7'],
    ['a trusted network', '198.51.100.7', '192.0.2.0/24', '198.51.100.7'],
    ['two trusted hops', '198.51.100.7, 192.0.2.9', '192.0.2.0/24', '198.51.100.7'],
    ['a forged one before a trusted hop', '6.6.6.6, 198.51.100.7', '192.0.2.1', '198.51.100.7'],
    ['a trusted proxy that says nothing', undefined, '192.0.2.1', '192.0.2.1'],
    ['a trusted proxy that says nonsense', 'unknown', '192.0.2.1', '192.0.2.1'],
  ])('%s', (_name, forwarded, trusted, address) => {
    expect(addressOf(forwarded, trusted)).toBe(address)
  })

  it('is IPv4 where it came over an IPv6 socket', () => {
    expect(addressOf(undefined, '', '::ffff:192.0.2.1')).toBe('192.0.2.1')
    expect(addressOf('198.51.100.7', '192.0.2.1', '::ffff:192.0.2.1')).toBe('198.51.100.7')
  })

  it('refuses a list that it cannot read', () => {
    expect(() => trustedProxies('proxy.example')).toThrow('TRUSTED_PROXIES')
  })
})

it("drops what is Next's own business", () => {
  const forged = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    forwarded: 'for=6.6.6.6',
    'x-real-ip': '6.6.6.6',
    'x-middleware-subrequest': 'middleware',
    'x-middleware-rewrite': '/api/internal/refusals',
    rsc: '1',
    'next-action': 'x',
    accept: '*/*',
  }
  const api = request({ headers: { ...forged } })
  clean(api, trustedProxies(''))
  expect(api.headers).toEqual({ accept: '*/*', 'x-forwarded-for': '192.0.2.1' })
  const page = request({ url: '/vault', headers: { ...forged } })
  clean(page, trustedProxies(''))
  expect(page.headers).toMatchObject({ rsc: '1', 'next-action': 'x' })
})

it("hands on a router's state only in its shape", () => {
  const handedOn = (tree: string) => {
    const page = request({ url: '/vault', headers: { 'next-router-state-tree': tree } })
    clean(page, trustedProxies(''))
    return page.headers['next-router-state-tree']
  }
  const tree = encodeURIComponent(
    '["",{"children":["vault",{"children":["__PAGE__",{}]}]},null,null,true]',
  )
  expect(handedOn(tree)).toBe(tree)
  for (const bad of [
    'x',
    '[]',
    'null',
    '["x"]',
    '{}',
    '["",{"children":"x"}]',
    '["",null]',
    '%zz',
  ]) {
    expect(handedOn(bad)).toBeUndefined()
  }
})

it('says plainly that a port is taken', () => {
  expect(explain({ code: 'EADDRINUSE', port: 3000 })).toBe(
    'Port 3000 is taken. Choose another: PORT=3001',
  )
})
