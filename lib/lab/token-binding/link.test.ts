import { describe, expect, it } from 'vitest'
import { createLinkKey, openIds, sealIds } from './link'
import { SECRET } from './testing'

const NOW = 1_790_000_000_000
const ids = { provided: new Uint8Array(68).fill(1), referred: new Uint8Array(68).fill(2) }
const request = { method: 'POST', target: '/api/lab/token-binding/notes?a=1' }

interface Change {
  method?: string
  target?: string
  header?: [string, string]
  now?: number
}

async function sealed() {
  const key = await createLinkKey(SECRET)
  const headers = new Headers((await sealIds(ids, request, key, NOW)) as [string, string][])
  return { key, headers }
}

describe('the link to the application', () => {
  it('carries the IDs', async () => {
    const { key, headers } = await sealed()
    const other = await createLinkKey('another-secret-of-32-bytes-or-more')
    expect(await openIds({ ...request, headers }, request.target, [other, key], NOW)).toEqual(ids)
  })

  it.each([
    ['another method', { method: 'DELETE' }],
    ['another target', { target: '/api/lab/token-binding/notes?a=2' }],
    ['another provided ID', { header: ['Sec-Provided-Token-Binding-ID', 'AAAA'] }],
    ['another referred ID', { header: ['Sec-Referred-Token-Binding-ID', 'AAAA'] }],
    ['no referred ID', { header: ['Sec-Referred-Token-Binding-ID', ''] }],
    ['another time', { header: ['Token-Binding-Link', `${NOW + 1}.`] }],
    ['a MAC of nobody', { header: ['Token-Binding-Link', `${NOW}.AAAA`] }],
    ['a time that is none', { header: ['Token-Binding-Link', 'NaN.AAAA'] }],
    ['a later time', { now: NOW + 30_001 }],
    ['an earlier time', { now: NOW - 30_001 }],
  ] satisfies [string, Change][])('breaks with %s', async (_, change: Change) => {
    const { key, headers } = await sealed()
    if (change.header) {
      const [name, value] = change.header
      const mac = headers.get('Token-Binding-Link')!.split('.')[1]
      headers.set(name, value.endsWith('.') ? value + mac : value)
    }
    const opened = openIds(
      { method: change.method ?? request.method, headers },
      change.target ?? request.target,
      [key],
      change.now ?? NOW,
    )
    await expect(opened).rejects.toThrow(expect.objectContaining({ code: 'ERR_PROOF_INVALID' }))
  })

  it.each(['Sec-Provided-Token-Binding-ID', 'Token-Binding-Link'])(
    'is refused without %s',
    async (name) => {
      const { key, headers } = await sealed()
      headers.delete(name)
      await expect(openIds({ ...request, headers }, request.target, [key], NOW)).rejects.toThrow(
        expect.objectContaining({ code: 'ERR_PROOF_MISSING' }),
      )
    },
  )

  it('is refused under the key of another secret', async () => {
    const { headers } = await sealed()
    const other = await createLinkKey('another-secret-of-32-bytes-or-more')
    await expect(openIds({ ...request, headers }, request.target, [other], NOW)).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_PROOF_INVALID' }),
    )
  })
})
