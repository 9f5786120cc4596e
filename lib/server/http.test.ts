import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { codeOf } from '@/lib/protocol/testing'
import { isApi, isPublic } from './endpoints'
import { assertOrigin, parseJson, pathId, readBody, storableText } from './http'

const post = (body?: BodyInit, headers: Record<string, string> = {}) =>
  new Request('https://app.example/api/notes', {
    ...{ method: 'POST', headers, duplex: 'half' },
    ...(body !== undefined && { body }),
  } as RequestInit)
const codeOfCall = (call: () => unknown) => codeOf((async () => call())())

describe('the origin of an unsafe request', () => {
  const check = (method: string, origin?: string) => {
    const request = new Request('https://app.example/api/notes', {
      method,
      headers: { ...(origin !== undefined && { origin }) },
    })
    return codeOfCall(() => assertOrigin(request, 'https://app.example'))
  }
  it.each([
    ['POST', 'https://app.example', undefined],
    ['POST', undefined, undefined],
    ['POST', 'null', 'ERR_ORIGIN'],
    ['POST', '', 'ERR_ORIGIN'],
    ['POST', 'https://app.example.evil.example', 'ERR_ORIGIN'],
    ['POST', 'http://app.example', 'ERR_ORIGIN'],
    ['POST', 'https://app.example, https://app.example', 'ERR_ORIGIN'],
    ['DELETE', 'https://evil.example', 'ERR_ORIGIN'],
    ['PUT', 'https://evil.example', 'ERR_ORIGIN'],
    ['GET', 'https://evil.example', undefined],
  ])('%s from %s: %s', async (method, origin, code) => {
    expect(await check(method, origin)).toBe(code)
  })
})

describe('a body', () => {
  it('is read whole, up to the limit', async () => {
    expect(await readBody(post('x'.repeat(1024)), 1024)).toHaveLength(1024)
    expect(await readBody(post(), 1024)).toHaveLength(0)
  })

  it('beyond the limit is refused, said or not', async () => {
    expect(await codeOf(readBody(post('x', { 'content-length': '1025' }), 1024))).toBe(
      'ERR_BODY_TOO_LARGE',
    )
    expect(await codeOf(readBody(post(new Blob(['x'.repeat(1025)]).stream()), 1024))).toBe(
      'ERR_BODY_TOO_LARGE',
    )
  })

  it('that breaks off is refused', async () => {
    const broken = new ReadableStream({
      pull: (controller) => controller.error(new Error('aborted')),
    })
    expect(await codeOf(readBody(post(broken), 1024))).toBe('ERR_INPUT')
  })
})

describe('JSON', () => {
  const schema = z.object({ text: storableText(1, 10) })
  const parse = (text: string | Uint8Array) =>
    codeOfCall(() => parseJson(typeof text === 'string' ? Buffer.from(text) : text, schema))

  it.each([
    '{"text":true}',
    '{"text":null}',
    '{"text":["a"]}',
    '{"text":{"a":1}}',
    '{"text":1}',
    '{"text":""}',
    '{"text":"12345678901"}',
    '{"text":"a\\u0000b"}',
    '{"text":"a\\ud800"}',
    '{}',
    '[]',
    'null',
    '1',
    '"text"',
    '',
    'nonsense',
    '{"text":"a"',
  ])('%s is ERR_INPUT', async (text) => {
    expect(await parse(text)).toBe('ERR_INPUT')
  })

  it('that is not UTF-8 is ERR_INPUT', async () => {
    expect(await parse(new Uint8Array([0x22, 0xff, 0x22]))).toBe('ERR_INPUT')
  })

  it('of the form is taken', () => {
    expect(parseJson(Buffer.from('{"text":"é 😀"}'), schema)).toEqual({ text: 'é 😀' })
  })
})

it.each([undefined, '', 'short', 'a'.repeat(23), `${'a'.repeat(21)}\0`])(
  'the id %j is nothing here',
  async (id) => {
    expect(await codeOfCall(() => pathId(id))).toBe('ERR_NOT_FOUND')
  },
)

describe('what is public', () => {
  it.each([
    ['POST', '/api/session', true],
    ['GET', '/api/session', false],
    ['HEAD', '/api/session', false],
    ['OPTIONS', '/api/session', false],
    ['POST', '/api/session/', false],
    ['GET', '/api/session/challenge', true],
    ['POST', '/api/users', true],
    ['GET', '/api/health', true],
    ['POST', '/api/internal/refusals', true],
    ['GET', '/api/lab/bearer', true], // lab
    ['GET', '/api/lab', false],
    ['GET', '/api/labour', false],
    ['GET', '/api/notes', false],
    ['GET', '/api/Health', false],
    ['GET', '/api/unknown', false],
    ['GET', '/api/constructor', false],
    ['GET', 'constructor', false],
  ])('%s %s: %s', (method, path, expected) => {
    expect(isPublic(method, path)).toBe(expected)
  })

  it.each([
    ['/api', true],
    ['/api/', true],
    ['/api/x', true],
    ['/apix', false],
    ['/', false],
  ])('%s is under /api: %s', (path, expected) => {
    expect(isApi(path)).toBe(expected)
  })
})
