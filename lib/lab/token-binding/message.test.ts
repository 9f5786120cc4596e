import { describe, expect, it } from 'vitest'
import { decodeBase64url, encodeBase64url } from '@/lib/protocol/encoding'
import { createKeyPair } from '@/lib/protocol/enrol'
import { concat, vector, type Bytes } from './bytes'
import {
  createBinding,
  encodeMessage,
  parseMessage,
  REFERRED,
  tokenBindingId,
  verifyMessage,
  type KeyParameters,
} from './message'
import published from './vectors/token-binding.json'

const vectors = published.vectors.map(({ message, ekm, ...rest }) => ({
  ...rest,
  message: decodeBase64url(message)!,
  ekm: new Uint8Array(Buffer.from(ekm, 'hex')),
}))

function withFlippedBit(bytes: Bytes, bit: number): Bytes {
  const flipped = bytes.slice()
  flipped[bit >> 3]! ^= 0x80 >> (bit & 7)
  return flipped
}

/** Every single bit that may flip without a refusal. */
async function toleratedFlips(
  bytes: Bytes,
  verify: (flipped: Bytes) => Promise<unknown>,
): Promise<number[]> {
  const bits = Array.from({ length: bytes.length * 8 }, (_, bit) => bit)
  const verdicts = await Promise.all(
    bits.map((bit) =>
      verify(withFlippedBit(bytes, bit)).then(
        () => true,
        (error: { code?: string }) => {
          expect(error.code).toMatch(/^ERR_PROOF_(MALFORMED|INVALID)$/)
          return false
        },
      ),
    ),
  )
  return bits.filter((bit) => verdicts[bit])
}

function rsaKey(keyParameters: KeyParameters): Promise<CryptoKeyPair> {
  const name = keyParameters === 'rsa2048_pss' ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5'
  const publicExponent = new Uint8Array([1, 0, 1])
  const algorithm = { name, modulusLength: 2048, publicExponent, hash: 'SHA-256' }
  return crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
}

const ekm = crypto.getRandomValues(new Uint8Array(32))
const refusal = (code: string) => expect.objectContaining({ code })

describe('the published messages', () => {
  it('are fourteen, of twenty bindings', () => {
    expect(vectors).toHaveLength(14)
    const bindings = vectors.flatMap(({ message }) => parseMessage(message))
    expect(bindings).toHaveLength(20)
  })

  it.each(vectors)('verify: $name', async ({ message, ekm, bindings }) => {
    const parsed = parseMessage(message)
    if (bindings.length > 0) {
      expect(
        parsed.map(({ type, keyParameters, id, extensions }) => ({
          ...{ type, keyParams: keyParameters, idLength: id.length },
          ...{ extensions: extensions.length, valid: true },
        })),
      ).toEqual(bindings)
    }
    const { provided, referred } = await verifyMessage(message, ekm)
    expect(provided).toEqual(parsed[0]!.id)
    expect(referred).toEqual(parsed[1]?.id)
  })

  it.each(vectors)(
    'are refused with any bit flipped, of message or connection: $name',
    async ({ message, ekm }) => {
      expect(await toleratedFlips(message, (flipped) => verifyMessage(flipped, ekm))).toEqual([])
      expect(await toleratedFlips(ekm, (flipped) => verifyMessage(message, flipped))).toEqual([])
    },
    30_000,
  )

  it.each(vectors)('are refused cut short or drawn out: $name', async ({ message, ekm }) => {
    for (let length = 0; length < message.length; length++) {
      await expect(verifyMessage(message.slice(0, length), ekm)).rejects.toThrow(
        refusal('ERR_PROOF_MALFORMED'),
      )
    }
    await expect(verifyMessage(concat([message, [0]]), ekm)).rejects.toThrow(
      refusal('ERR_PROOF_MALFORMED'),
    )
  })

  it('show the referred binding of one request as the provided one of another', async () => {
    const [idp, rp] = ['ttrp-03/oidc IdP', 'ttrp-03/oidc RP'].map((name) =>
      vectors.find((vector) => vector.name.startsWith(name))!,
    )
    const atProvider = await verifyMessage(idp!.message, idp!.ekm)
    const atConsumer = await verifyMessage(rp!.message, rp!.ekm)
    expect(atProvider.referred).toEqual(atConsumer.provided)
  })
})

describe('messages made here', () => {
  it.each(['rsa2048_pss', 'rsa2048_pkcs1_5'] as const)(
    'verify, and not with a bit flipped: %s',
    async (keyParameters) => {
      const keyPair = await rsaKey(keyParameters)
      const message = encodeMessage([await createBinding(keyPair, ekm, { keyParameters })])
      const { provided } = await verifyMessage(message, ekm, keyParameters)
      expect(provided).toEqual(await tokenBindingId(keyPair.publicKey, keyParameters))
      const verify = (flipped: Bytes) => verifyMessage(flipped, ekm, keyParameters)
      expect(await toleratedFlips(message, verify)).toEqual([])
    },
    30_000,
  )

  it('are refused where the salt of a PSS signature has not 32 bytes', async () => {
    const keyParameters = 'rsa2048_pss'
    const { privateKey, publicKey } = await rsaKey(keyParameters)
    const signed = new Uint8Array([0, 1, ...ekm])
    const other = { name: 'RSA-PSS', saltLength: 20 }
    const signature = new Uint8Array(await crypto.subtle.sign(other, privateKey, signed))
    const id = await tokenBindingId(publicKey, keyParameters)
    const binding = concat([[0], id, vector(2, signature), [0, 0]])
    await expect(verifyMessage(encodeMessage([binding]), ekm, keyParameters)).rejects.toThrow(
      refusal('ERR_PROOF_INVALID'),
    )
  })

  it('may be referred with other key parameters than were agreed on', async () => {
    const keyParameters = 'rsa2048_pss'
    const abroad = await rsaKey(keyParameters)
    const message = encodeMessage([
      await createBinding(await createKeyPair(), ekm),
      await createBinding(abroad, ekm, { type: REFERRED, keyParameters }),
    ])
    const { referred } = await verifyMessage(message, ekm)
    expect(referred).toEqual(await tokenBindingId(abroad.publicKey, keyParameters))
  })

  it('are refused where the provided binding is not of the agreed parameters', async () => {
    const message = encodeMessage([await createBinding(await createKeyPair(), ekm)])
    await expect(verifyMessage(message, ekm, 'rsa2048_pss')).rejects.toThrow(
      refusal('ERR_PROOF_MALFORMED'),
    )
  })

  it('are refused without a provided binding, with two, and with two referred ones', async () => {
    const keyPair = await createKeyPair()
    const provided = await createBinding(keyPair, ekm)
    const referred = await createBinding(keyPair, ekm, { type: REFERRED })
    for (const bindings of [[], [referred], [provided, provided], [provided, referred, referred]]) {
      await expect(verifyMessage(encodeMessage(bindings), ekm)).rejects.toThrow(
        refusal('ERR_PROOF_MALFORMED'),
      )
    }
  })

  it('say nothing by bindings of unknown types, which must hold all the same', async () => {
    const keyPair = await createKeyPair()
    const provided = await createBinding(keyPair, ekm)
    const unknown = await createBinding(keyPair, ekm, { type: 77 })
    const { provided: id } = await verifyMessage(encodeMessage([unknown, provided]), ekm)
    expect(id).toEqual(await tokenBindingId(keyPair.publicKey))
    const broken = withFlippedBit(unknown, (unknown.length - 3) * 8)
    await expect(verifyMessage(encodeMessage([broken, provided]), ekm)).rejects.toThrow(
      refusal('ERR_PROOF_INVALID'),
    )
  })

  it('are read past a binding whose type and whose parameters are unknown', async () => {
    const keyPair = await createKeyPair()
    const strange = concat([[77, 9], vector(2, ekm), vector(2, new Uint8Array(64)), [0, 0]])
    const message = encodeMessage([await createBinding(keyPair, ekm), strange])
    await expect(verifyMessage(message, ekm)).resolves.toBeDefined()
  })

  it('ignore extensions: their types and contents are the only bits that no signature covers', async () => {
    const extension = concat([[200], vector(2, new Uint8Array([1, 2, 3]))])
    const binding = await createBinding(await createKeyPair(), ekm, { extensions: extension })
    const message = encodeMessage([binding])
    const tolerated = await toleratedFlips(message, (flipped) => verifyMessage(flipped, ekm))
    const start = message.length - extension.length
    const loose = [start, start + 3, start + 4, start + 5]
    expect([...new Set(tolerated.map((bit) => bit >> 3))]).toEqual(loose)
    expect(tolerated).toHaveLength(loose.length * 8)
  })

  it.each([
    [
      'a point that is not on the curve',
      concat([[2], vector(2, vector(1, ekm.slice().fill(7, 0, 32)))]),
    ],
    [
      'a point with its form before it',
      concat([[2], vector(2, vector(1, new Uint8Array(65).fill(4)))]),
    ],
    [
      'a point of 64 bytes that no curve has',
      concat([[2], vector(2, vector(1, new Uint8Array(64).fill(7)))]),
    ],
    [
      'a modulus of too few bits',
      concat([[1], vector(2, concat([vector(2, new Uint8Array(256).fill(1)), [1, 3]]))]),
    ],
    [
      'an exponent with a zero before it',
      concat([[1], vector(2, concat([vector(2, new Uint8Array(256).fill(255)), [2, 0, 3]]))]),
    ],
    ['bytes after the key', concat([[2], vector(2, concat([vector(1, new Uint8Array(64)), [0]]))])],
  ])('are refused with %s', async (_, id) => {
    const agreed = id[0] === 2 ? 'ecdsap256' : 'rsa2048_pss'
    const binding = concat([[0], id, vector(2, new Uint8Array(64)), [0, 0]])
    await expect(verifyMessage(encodeMessage([binding]), ekm, agreed)).rejects.toThrow(
      refusal('ERR_PROOF_MALFORMED'),
    )
  })

  it('have the lengths that RFC 8471 says', async () => {
    const keyPair = await createKeyPair()
    const message = encodeMessage([await createBinding(keyPair, ekm)])
    expect(await tokenBindingId(keyPair.publicKey)).toHaveLength(68)
    expect(encodeBase64url(message)).toMatch(/^AIkAAgBBQ/)
  })
})
