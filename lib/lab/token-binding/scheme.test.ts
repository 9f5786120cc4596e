import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createKeyPair } from '@/lib/protocol/enrol'
import type { Message, Scheme } from '../types'
import { createLinkKey, sealIds } from './link'
import { tokenBindingId } from './message'
import * as tokenBinding from './scheme'
import { createSessions, LIFE_MS } from './sessions'
import { ENV, inProcessWire, SECRET, sendInProcess } from './testing'
import { takenAway } from '../message'
import { openTokenBindingWire, type TokenBindingWire } from './wire'

const scheme: Scheme = tokenBinding
const { requests } = scheme
const refused = (code: string) => ({ status: 401, code })

beforeAll(() => {
  for (const [name, value] of Object.entries(ENV)) vi.stubEnv(name, value)
})

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('a session bound over %s', (version) => {
  let wire: TokenBindingWire
  beforeAll(async () => {
    wire = await openTokenBindingWire(inProcessWire, { secret: SECRET, version })
  })
  afterAll(() => wire.close())

  const proved = async (message = requests.read) => {
    const holder = await scheme.enter(wire)
    return { holder, message: await scheme.prove(message, holder, 0) }
  }

  it('reads, writes and ends for its owner', async () => {
    const { holder, message } = await proved()
    expect(holder).toMatchObject({ isReadable: false, origin: inProcessWire.origin })
    const ask = async (asked: Message) => wire.send(await scheme.prove(asked, holder, 0))
    for (const answer of [await wire.send(message), await ask(requests.account)]) {
      expect(answer.status).toBe(200)
      expect(answer.body).toContain(holder.owner)
    }
    expect((await ask(requests.write('a note'))).status).toBe(201)
    expect((await ask(requests.signOut)).status).toBe(204)
    expect(await ask(requests.read)).toMatchObject(refused('ERR_SESSION_REVOKED'))
  })

  it('is refused where the cookie was stolen', async () => {
    const { holder } = await proved()
    expect(await wire.send(scheme.present(requests.read, holder as never))).toMatchObject(
      refused('ERR_PROOF_MISSING'),
    )
  })

  it('is refused where cookie and header were stolen, at once, later, and a hundred times', async () => {
    const { message } = await proved()
    expect((await wire.send(message)).status).toBe(200)
    expect(await wire.send(message)).toMatchObject(refused('ERR_PROOF_INVALID'))
    const again = await Promise.all(Array.from({ length: 100 }, () => wire.send(message)))
    expect(again.map(({ code }) => code)).toEqual(Array(100).fill('ERR_PROOF_INVALID'))
  })

  it('lets one of a hundred pass that are sent together: the one on its own connection', async () => {
    const { message } = await proved()
    const answers = await Promise.all(Array.from({ length: 100 }, () => wire.send(message)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it.each([
    ['address', { target: '/api/lab/token-binding/session' }],
    ['query', { target: '/api/lab/token-binding/notes?all=1' }],
    ['method', { method: 'DELETE', target: '/api/lab/token-binding/session' }],
    ['body', { method: 'POST', body: '{"text":"another"}' }],
  ])('is refused with another %s, because it comes over another connection', async (_, change) => {
    const { message } = await proved()
    expect(await wire.send({ ...message, ...change })).toMatchObject(refused('ERR_PROOF_INVALID'))
  })

  it('is refused where its request never arrived, and is sent later by who read it', async () => {
    const { holder } = await proved()
    // The time is no part of the proof; that the connection is another decides at any time.
    for (const at of [Date.now() - 600_000, Date.now(), Date.now() + 600_000]) {
      const read = takenAway(await scheme.prove(requests.read, holder, at))
      expect(await wire.send(read)).toMatchObject(refused('ERR_PROOF_INVALID'))
    }
  })

  it('serves an owner whose clock is wrong, and a copy of the whole profile', async () => {
    const { holder } = await proved()
    const wrong = await scheme.prove(requests.read, holder, Date.now() - 305_000)
    expect((await wire.send(wrong)).status).toBe(200)
    const copy = { ...holder, keyPair: { ...holder.keyPair! } }
    const stolen = await scheme.prove(requests.read, copy, Date.now())
    expect((await wire.send(stolen)).body).toContain(holder.owner)
  })

  it('is refused under the key of the thief, and of another account', async () => {
    const { holder } = await proved()
    const { holder: other } = await proved()
    for (const keyPair of [await createKeyPair(), other.keyPair]) {
      const stolen = await scheme.prove(requests.read, { ...holder, keyPair }, 0)
      expect(await wire.send(stolen)).toMatchObject(refused('ERR_PROOF_INVALID'))
    }
  })

  it('is refused where a man in the middle relays, with both legs open', async () => {
    const { message } = await proved()
    const relay = await wire.openRelay()
    expect(await relay.send(message)).toMatchObject(refused('ERR_PROOF_INVALID'))
    expect(await relay.send(takenAway(message))).toMatchObject(refused('ERR_PROOF_INVALID'))
    expect(relay.loot.map(({ code }) => code)).toEqual(['ERR_PROOF_INVALID', 'ERR_PROOF_INVALID'])
    await relay.close()
  })

  it('leaves nothing behind', async () => {
    const { holder } = await proved()
    await scheme.leave!(wire, holder)
    const late = await scheme.prove(requests.read, holder, 0)
    expect(await wire.send(late)).toMatchObject(refused('ERR_SESSION_REVOKED'))
  })

  it('has a key that nobody can export', async () => {
    const { holder } = await proved()
    const { privateKey } = holder.keyPair!
    await expect(crypto.subtle.exportKey('pkcs8', privateKey)).rejects.toThrow()
    await expect(crypto.subtle.exportKey('jwk', privateKey)).rejects.toThrow()
  })
})

describe("the application's half", () => {
  const key = createLinkKey(SECRET)
  const cookie = (value: string) => ['Cookie', `lab-token-binding=${value}`] as const
  const through = async (message: Message, pair: CryptoKeyPair) => {
    const id = { provided: await tokenBindingId(pair.publicKey) }
    const sealed = await sealIds(id, message, await key, Date.now())
    return sendInProcess({ ...message, headers: [...message.headers, ...sealed] })
  }
  const signIn = { method: 'POST', target: '/api/lab/token-binding/session', headers: [] }

  it('believes no ID that did not come over the link', async () => {
    const id = ['Sec-Provided-Token-Binding-ID', 'AgBBQA'] as const
    expect(await sendInProcess(signIn)).toMatchObject(refused('ERR_PROOF_MISSING'))
    expect(await sendInProcess({ ...signIn, headers: [id] })).toMatchObject(
      refused('ERR_PROOF_MISSING'),
    )
    const forged = ['Token-Binding-Link', `${Date.now()}.AAAA`] as const
    expect(await sendInProcess({ ...signIn, headers: [id, forged] })).toMatchObject(
      refused('ERR_PROOF_INVALID'),
    )
  })

  it.each([
    ['no cookie', [], 'ERR_TOKEN_MISSING'],
    ['a cookie of another form', [cookie('x')], 'ERR_TOKEN_MALFORMED'],
    [
      'two cookies',
      [['Cookie', `lab-token-binding=${'A'.repeat(43)}; lab-token-binding=${'A'.repeat(43)}`]],
      'ERR_TOKEN_MALFORMED',
    ],
    ['a cookie that it never gave out', [cookie('A'.repeat(43))], 'ERR_SESSION_REVOKED'],
  ] as const)('refuses %s', async (_, headers, code) => {
    const answer = await through({ ...requests.read, headers }, await createKeyPair())
    expect(answer).toMatchObject(refused(code))
  })

  it('answers faults of a client with what they are', async () => {
    const pair = await createKeyPair()
    const born = await through(signIn, pair)
    const value = born.headers.getSetCookie()[0]!.split(/[=;]/)[1]!
    const headers = [cookie(value)]
    const ask = (message: Message) => through({ ...message, headers }, pair)
    const at = '/api/lab/token-binding/'
    expect((await ask({ ...requests.write('x'), body: '{' })).status).toBe(400)
    expect((await ask(requests.write('x'.repeat(1001)))).status).toBe(400)
    expect((await ask({ method: 'GET', target: `${at}nothing`, headers })).status).toBe(404)
    expect((await ask({ method: 'PUT', target: `${at}notes`, headers })).status).toBe(404)
    expect((await ask(requests.read)).status).toBe(200)
  })

  it('sets a cookie that script cannot read and that stays under its path', async () => {
    const answer = await through(signIn, await createKeyPair())
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^lab-token-binding=[\w-]{43}; Path=\/api\/lab\/token-binding; HttpOnly; Secure; SameSite=Strict; Max-Age=1800$/,
      ),
    ])
  })

  it('keeps few sessions, and none beyond its time', async () => {
    const sessions = createSessions(2)
    const id = new Uint8Array(68)
    const born = []
    for (const now of [0, 1, 2]) born.push((await sessions.begin(id, now)).cookie)
    const found = (cookie: string, now: number) => sessions.find(cookie, now)
    expect(await found(born[0]!, 3)).toBeUndefined()
    expect(await found(born[1]!, 3)).toBeDefined()
    expect(await found(born[2]!, LIFE_MS + 1)).toBeDefined()
    expect(await found(born[2]!, LIFE_MS + 2)).toBeUndefined()
  })
})

it('asks for a wire of its own', async () => {
  await expect(scheme.enter(inProcessWire)).rejects.toThrow(TypeError)
})

it('is free of Node on the side of its client, which pages load', async () => {
  const bundle = await rolldown({
    input: 'lib/lab/token-binding/scheme.ts',
    platform: 'browser',
    resolve: { alias: { '@': process.cwd() } },
    external: /^node:/,
  })
  const { output } = await bundle.generate()
  expect(output[0].imports).toEqual([])
  expect(output[0].code).not.toContain('Buffer')
  await bundle.close()
})
