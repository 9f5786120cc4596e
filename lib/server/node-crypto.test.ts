import { sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decodeBase64url, utf8 } from '@/lib/protocol/encoding'
import { importPoint } from '@/lib/protocol/keys'
import { webCrypto } from '@/lib/protocol/primitives'
import { sign as signRaw } from '@/lib/protocol/prove'
import profile2 from '@/lib/protocol/vectors/profile-2.json'
import { nodeCrypto } from './node-crypto'

const message = utf8('a message')
const jwk = profile2.privateKey as JsonWebKey
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
const privateKey = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['sign'])
const publicKey = await importPoint(decodeBase64url(profile2.session.publicKey)!)
const good = (await signRaw(privateKey, 'a message')) as Uint8Array<ArrayBuffer>
const der = sign('sha256', message, { key: { ...jwk }, format: 'jwk' })

// n of P-256 (FIPS 186-4 D.1.2.3).
const ORDER = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')
const [r, s] = [good.subarray(0, 32), good.subarray(32)]
const bytes = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts))
const flipped = good.map((byte, i) => (i === 40 ? byte ^ 1 : byte))

describe.each(Object.entries({ webCrypto, nodeCrypto }))('%s', (_name, primitives) => {
  it.each<[string, Uint8Array<ArrayBuffer>, boolean]>([
    ['a good one', good, true],
    ['one with a flipped bit', flipped, false],
    ['nothing', bytes(), false],
    ['r alone', bytes(r), false],
    ['63 bytes', good.slice(0, 63), false],
    ['a good one and a byte more', bytes(good, new Uint8Array(1)), false],
    ['a good one twice', bytes(good, good), false],
    ['zeros', new Uint8Array(64), false],
    ['ones', new Uint8Array(64).fill(255), false],
    ['r = 0', bytes(new Uint8Array(32), s), false],
    ['s = 0', bytes(r, new Uint8Array(32)), false],
    ['r = n', bytes(ORDER, s), false],
    ['s = n', bytes(r, ORDER), false],
    ['DER', bytes(der), false],
    ['DER cut to 64 bytes', bytes(der.subarray(0, 64)), false],
  ])('takes %s for a signature, or not', async (_of, signature, verdict) => {
    expect(await primitives.verifySignature(publicKey, signature, message)).toBe(verdict)
  })

  it('takes no signature over another message', async () => {
    expect(await primitives.verifySignature(publicKey, good, utf8('another'))).toBe(false)
  })

  it('gives the SHA-256 of FIPS 180-4', async () => {
    const hex = Buffer.from(await primitives.sha256(utf8('abc'))).toString('hex')
    expect(hex).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})
