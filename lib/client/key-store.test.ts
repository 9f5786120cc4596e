// @vitest-environment node
import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { createKeyPair } from '../protocol/enrol'
import { createKeyStore, type KeyStore, type LiveSession } from './key-store'

let store: KeyStore
let name: string
beforeEach(() => {
  name = `test-${Math.random()}`
  store = createKeyStore(name)
})

async function session(sid: string): Promise<LiveSession> {
  const { privateKey } = await createKeyPair()
  const form = { profile: 2, carrier: 'header', token: 'a.b.c' } as const
  return {
    ...form,
    sid,
    privateKey,
    expiresAt: 1,
    clockOffset: 0,
    user: { username: null },
  }
}

describe('the key store', () => {
  it('gives twenty that ask at once the same pending key, over two connections', async () => {
    const other = createKeyStore(name)
    const asked = Array.from({ length: 20 }, (_, i) => (i % 2 ? store : other).getPendingKey())
    const points = await Promise.all(
      (await Promise.all(asked)).map(async ({ publicKey }) =>
        JSON.stringify(await crypto.subtle.exportKey('jwk', publicKey)),
      ),
    )
    expect(new Set(points).size).toBe(1)
  })

  it('keeps the live session until another is committed, and then forgets the pending key', async () => {
    await store.commit(await session('one'))
    const pending = await store.getPendingKey()
    expect((await store.readLive())?.sid).toBe('one')
    await store.commit(await session('two'))
    expect((await store.readLive())?.sid).toBe('two')
    const next = await store.getPendingKey()
    expect(await crypto.subtle.exportKey('jwk', next.publicKey)).not.toEqual(
      await crypto.subtle.exportKey('jwk', pending.publicKey),
    )
  })

  it('clears the session that was meant, and no other', async () => {
    await store.commit(await session('one'))
    await store.clear('another')
    expect((await store.readLive())?.sid).toBe('one')
    await store.clear('one')
    expect(await store.readLive()).toBeUndefined()
  })

  it('remembers what was learnt of the session that was meant, and of no other', async () => {
    await store.commit(await session('one'))
    await store.update('another', { clockOffset: 7 })
    expect((await store.readLive())?.clockOffset).toBe(0)
    await store.update('one', { clockOffset: 7 })
    expect((await store.readLive())?.clockOffset).toBe(7)
  })

  it('holds a key that signs and cannot be exported', async () => {
    await store.commit(await session('one'))
    const { privateKey } = (await store.readLive())!
    expect(privateKey.extractable).toBe(false)
    for (const format of ['jwk', 'pkcs8'] as const) {
      await expect(crypto.subtle.exportKey(format, privateKey)).rejects.toThrow()
    }
  })
})
