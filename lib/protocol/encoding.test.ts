import { describe, expect, it } from 'vitest'
import { decodeBase64, decodeBase64url, encodeBase64url, isBase64url } from './encoding'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

describe('base64url', () => {
  it('gives back what was encoded, of any length', () => {
    for (let length = 0; length < 70; length++) {
      const bytes = crypto.getRandomValues(new Uint8Array(length))
      expect(decodeBase64url(encodeBase64url(bytes))).toEqual(bytes)
    }
  })

  it('decodes as the platform does', () => {
    const text = [...LETTERS].reverse().join('')
    const base64 = text.replaceAll('-', '+').replaceAll('_', '/')
    expect(decodeBase64url(text)).toEqual(decodeBase64(base64))
  })

  it('takes what it would write itself, and nothing else', () => {
    for (const head of ['', 'A', '_9', 'abc', 'AAAA', 'AAAAA']) {
      for (const tail of ['', ...LETTERS, '=', '+', '/', ' ', '.', '\n', '\0', 'é', '١', '😀']) {
        const text = head + tail
        const bytes = decodeBase64url(text)
        expect([text, bytes !== undefined]).toEqual([text, isBase64url(text)])
        if (bytes) expect(encodeBase64url(bytes)).toBe(text)
      }
    }
  })
})
