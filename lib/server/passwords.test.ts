import { describe, expect, it } from 'vitest'
import { codeOf } from '@/lib/protocol/testing'
import { hashPassword, verifyPassword } from './passwords'

describe('passwords', () => {
  it('fit their own hash and no other', async () => {
    const stored = await hashPassword('correct horse')
    expect(stored).toMatch(/^scrypt\$15\$8\$3\$[\w-]{22}\$[\w-]{43}$/)
    expect(await verifyPassword('correct horse', stored)).toBe(true)
    expect(await verifyPassword('correct horsf', stored)).toBe(false)
    expect(await hashPassword('correct horse')).not.toBe(stored)
  })

  it('are one however they are composed', async () => {
    const stored = await hashPassword('caf\u00e9-caf\u00e9')
    expect(await verifyPassword('cafe\u0301-cafe\u0301', stored)).toBe(true)
  })

  it('never fit where there is no user', async () => {
    expect(await verifyPassword('anything', undefined)).toBe(false)
    expect(await verifyPassword('', undefined)).toBe(false)
  })

  it('are turned away beyond what memory allows', async () => {
    const codes = await Promise.all(
      Array.from({ length: 70 }, () => codeOf(verifyPassword('x', undefined))),
    )
    expect(codes.filter((code) => code === 'ERR_RATE_LIMITED')).toHaveLength(4)
  }, 60_000)
})
