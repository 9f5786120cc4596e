// @vitest-environment node
import { beforeEach, describe, expect, it } from 'vitest'
import { SessionLockError } from '../protocol/errors'
import { createWorld, NOW, ORIGIN, signIn, type Client, type World } from '../protocol/testing'
import { HEADER } from '../protocol/types'
import { verifyRequest } from '../protocol/verify'
import { createBoundFetch, type BoundFetchOptions } from './bound-fetch'
import { createStatementClock } from './statement-clock'

let world: World
let alice: Client
let seen: Request[]
let clientNow: number
beforeEach(async () => {
  world = await createWorld()
  alice = await signIn(world)
  seen = []
  clientNow = NOW
})

/** A server in memory: verifies as a handler does, and echoes the body that it was sent. */
async function serve(input: RequestInfo | URL): Promise<Response> {
  const request = input as Request
  seen.push(request.clone())
  const body = new Uint8Array(await request.arrayBuffer())
  const headers = { [HEADER.challenge]: await world.lock.challenges.current(world.clock.now) }
  try {
    await verifyRequest(request, world.handler(body))
    const type = request.headers.get('content-type') ?? ''
    return new Response(body, { headers: { ...headers, 'X-Body-Type': type } })
  } catch (error) {
    const response = (error as SessionLockError).toResponse(world.clock.now)
    response.headers.set(HEADER.challenge, headers[HEADER.challenge])
    return response
  }
}

function bound(options: Partial<BoundFetchOptions> = {}) {
  const clock = createStatementClock(() => clientNow)
  return createBoundFetch({
    origin: ORIGIN,
    clock,
    getCredential: async () => alice,
    fetch: serve,
    ...options,
  })
}

const URL_OF_NOTES = `${ORIGIN}/api/notes?b=2&a=1`

describe('what it takes', () => {
  it.each<[string, () => [RequestInfo | URL, RequestInit?], string]>([
    ['a text', () => [URL_OF_NOTES], ''],
    ['a URL', () => [new URL(URL_OF_NOTES)], ''],
    ['a Request', () => [new Request(URL_OF_NOTES)], ''],
    [
      'a Request with a body',
      () => [new Request(URL_OF_NOTES, { method: 'POST', body: 'x' })],
      'x',
    ],
    [
      'a Request and an init that overrides it',
      () => [
        new Request(URL_OF_NOTES, { method: 'POST', body: 'x' }),
        { method: 'PUT', body: 'y' },
      ],
      'y',
    ],
    ['a text body', () => [URL_OF_NOTES, { method: 'POST', body: 'é 😀' }], 'é 😀'],
    ['an empty body', () => [URL_OF_NOTES, { method: 'POST', body: '' }], ''],
    ['no body on a POST', () => [URL_OF_NOTES, { method: 'POST' }], ''],
    ['a Blob', () => [URL_OF_NOTES, { method: 'POST', body: new Blob(['x']) }], 'x'],
    ['an ArrayBuffer', () => [URL_OF_NOTES, { method: 'POST', body: new ArrayBuffer(1) }], '\0'],
    [
      'URLSearchParams',
      () => [URL_OF_NOTES, { method: 'POST', body: new URLSearchParams({ a: '1' }) }],
      'a=1',
    ],
    [
      'a stream',
      () => [
        URL_OF_NOTES,
        { method: 'POST', body: new Blob(['x']).stream(), duplex: 'half' } as RequestInit,
      ],
      'x',
    ],
  ])('%s', async (_name, args, body) => {
    const fetch = bound({ challenge: { current: await world.lock.challenges.current(NOW) } })
    const response = await fetch(...args())
    expect(response.status).toBe(200)
    expect(await response.text()).toBe(body)
    expect(seen).toHaveLength(1)
  })

  it('FormData, with the boundary that was signed', async () => {
    const form = new FormData()
    form.set('file', new Blob(['content']), 'name.txt')
    const response = await bound()(URL_OF_NOTES, { method: 'POST', body: form })
    expect(response.status).toBe(200)
    const type = response.headers.get('X-Body-Type')!
    const back = await new Response(await response.text(), {
      headers: { 'Content-Type': type },
    }).formData()
    expect(await (back.get('file') as File).text()).toBe('content')
  })

  it('headers of the caller, which arrive', async () => {
    await bound()(URL_OF_NOTES, { headers: { 'X-Own': '1' } })
    expect(seen.at(-1)!.headers.get('x-own')).toBe('1')
  })

  it('a signal: aborted before, nothing is sent', async () => {
    const signal = AbortSignal.abort()
    await expect(bound()(URL_OF_NOTES, { signal })).rejects.toThrow(/abort/i)
    expect(seen).toHaveLength(0)
  })

  it('a signal: aborted on the way, it rejects', async () => {
    const controller = new AbortController()
    const fetch = bound({
      fetch: (input) =>
        new Promise((_, reject) => {
          const { signal } = input as Request
          signal.addEventListener('abort', () => reject(signal.reason as Error))
        }),
    })
    const answer = fetch(URL_OF_NOTES, { signal: controller.signal })
    setTimeout(() => controller.abort(), 20)
    await expect(answer).rejects.toThrow(/abort/i)
  })

  it.each([
    ['profile 1', { profile: 1 }],
    ['the cookie carrier', { carrier: 'cookie' }],
  ] as const)('%s', async (_name, form) => {
    const client = await signIn(world, form)
    const fetch = bound({
      getCredential: async () => client,
      // The browser adds the cookie, which script cannot see.
      fetch: (input) => {
        const request = new Request(input as Request)
        if (client.cookie) request.headers.set('Cookie', `__Host-session=${client.cookie}`)
        return serve(request)
      },
    })
    expect((await fetch(URL_OF_NOTES, { method: 'POST', body: 'x' })).status).toBe(200)
  })
})

describe('whom it signs for', () => {
  it.each(['https://other.example/', 'http://app.example/', 'https://app.example:8443/'])(
    'gives nothing to %s',
    async (url) => {
      await bound({ fetch: async (input) => (seen.push(input as Request), new Response()) })(url)
      const names = [...seen[0]!.headers.keys()]
      expect(names.filter((name) => /authorization|session-lock|digest/.test(name))).toEqual([])
    },
  )

  it('sends unsigned what is asked while nobody is signed in', async () => {
    const response = await bound({ getCredential: async () => undefined })(URL_OF_NOTES)
    expect(((await response.json()) as { code: string }).code).toBe('ERR_TOKEN_MISSING')
  })

  it('lets no redirect carry a proof on', async () => {
    const redirected = Object.defineProperty(new Response(), 'type', { value: 'opaqueredirect' })
    const fetch = bound({ fetch: async (input) => (seen.push(input as Request), redirected) })
    await expect(fetch(URL_OF_NOTES)).rejects.toThrow(TypeError)
    expect(seen[0]!.redirect).toBe('manual')
    expect(await fetch(URL_OF_NOTES, { redirect: 'manual' })).toBe(redirected)
  })
})

describe('the one repeat', () => {
  it('brings the challenge, signed anew', async () => {
    const response = await bound()(URL_OF_NOTES, { method: 'POST', body: 'x' })
    expect(await response.text()).toBe('x')
    const proofs = seen.map((request) => request.headers.get('authorization'))
    expect(proofs).toHaveLength(2)
    expect(proofs[0]).not.toBe(proofs[1])
  })

  it('is not needed once the challenge is known', async () => {
    const fetch = bound()
    await fetch(URL_OF_NOTES)
    await fetch(URL_OF_NOTES)
    expect(seen).toHaveLength(3)
  })

  it.each([86_400_000, -86_400_000])(
    'lets a clock that is %i ms off in, with one extra round trip',
    async (offset) => {
      clientNow = NOW + offset
      const fetch = bound()
      expect((await fetch(URL_OF_NOTES)).status).toBe(200)
      expect(seen).toHaveLength(2)
      expect((await fetch(URL_OF_NOTES)).status).toBe(200)
      expect(seen).toHaveLength(3)
    },
  )

  const refusing = (code: ConstructorParameters<typeof SessionLockError>[0]) => ({
    fetch: async (input: RequestInfo | URL) => {
      seen.push(input as Request)
      return new SessionLockError(code).toResponse(NOW)
    },
  })

  it.each([
    ['ERR_CHALLENGE_INVALID', 'POST', 2],
    ['ERR_PROOF_REPLAYED', 'GET', 2],
    ['ERR_PROOF_REPLAYED', 'HEAD', 2],
    ['ERR_PROOF_REPLAYED', 'POST', 1],
    ['ERR_PROOF_REPLAYED', 'DELETE', 1],
    ['ERR_PROOF_INVALID', 'GET', 1],
    ['ERR_SESSION_REVOKED', 'GET', 1],
    ['ERR_STORE_UNAVAILABLE', 'GET', 1],
    ['ERR_INPUT', 'POST', 1],
  ] as const)('after %s on %s: sent %i times, never more', async (code, method, times) => {
    const response = await bound(refusing(code))(URL_OF_NOTES, { method })
    expect(seen).toHaveLength(times)
    expect(((await response.json()) as { code: string }).code).toBe(code)
  })

  it('is not made for a body that was a stream', async () => {
    const body = new Blob(['x']).stream()
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit
    const response = await bound()(URL_OF_NOTES, init)
    expect(((await response.json()) as { code: string }).code).toBe('ERR_CHALLENGE_REQUIRED')
    expect(seen).toHaveLength(1)
  })

  it('reports a refusal that it did not mend, with the session it was for', async () => {
    const refusals: string[] = []
    const onRefusal: BoundFetchOptions['onRefusal'] = ({ code }, sid) => refusals.push(code + sid)
    await bound({ ...refusing('ERR_SESSION_REVOKED'), onRefusal })(URL_OF_NOTES)
    expect(refusals).toEqual([`ERR_SESSION_REVOKED${alice.sid}`])
  })
})

describe('what only shows when it goes wrong', () => {
  it('is not held up by the session where the request is for another origin', async () => {
    const never = () => new Promise<undefined>(() => {})
    const fetch = bound({ getCredential: never, fetch: async () => new Response('theirs') })
    expect(await (await fetch('https://other.example/')).text()).toBe('theirs')
  })

  it('aborts while a body is still being read', async () => {
    const controller = new AbortController()
    const body = new ReadableStream({ pull: () => new Promise(() => {}) })
    const init = { method: 'POST', body, duplex: 'half', signal: controller.signal } as RequestInit
    const answer = bound()(URL_OF_NOTES, init)
    setTimeout(() => controller.abort(), 10)
    await expect(answer).rejects.toThrow(/abort/i)
  })

  it('learns no clock from a refusal that does not tell it', async () => {
    const clock = createStatementClock(() => NOW)
    const body = JSON.stringify({ code: 'ERR_PROOF_STALE', clientTime: 1 })
    const headers = { 'Content-Type': 'application/problem+json' }
    const fetch = bound({ clock, fetch: async () => new Response(body, { status: 401, headers }) })
    await fetch(URL_OF_NOTES)
    expect(Number.isFinite(clock.next())).toBe(true)
  })

  it('lets a HEAD in though the clock is off', async () => {
    clientNow = NOW - 86_400_000
    const fetch = bound({
      async fetch(input) {
        const { status, headers } = await serve(input)
        headers.set('Date', new Date(NOW).toUTCString())
        return new Response(null, { status, headers })
      },
    })
    expect((await fetch(URL_OF_NOTES, { method: 'HEAD' })).status).toBe(200)
  })

  it('keeps the referrer policy', async () => {
    await bound()(URL_OF_NOTES, { referrerPolicy: 'no-referrer' })
    expect(seen.at(-1)!.referrerPolicy).toBe('no-referrer')
  })

  it('shares no stamp between requests that learn the clock together', async () => {
    clientNow = NOW - 86_400_000
    const fetch = bound()
    const answers = await Promise.all([1, 2, 3].map(() => fetch(URL_OF_NOTES)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  })
})

describe('many at once', () => {
  it('never stamps two requests alike, so that none is taken for a replay', async () => {
    const challenge = { current: await world.lock.challenges.current(NOW) }
    const fetch = bound({ challenge })
    const answers = await Promise.all(Array.from({ length: 100 }, () => fetch(URL_OF_NOTES)))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(seen).toHaveLength(100)
  })
})
