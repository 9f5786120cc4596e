import { beforeEach, describe, expect, it } from 'vitest'
import { codeOf, createWorld, NOW, SECRET, type World } from '@/lib/protocol/testing'
import { openReport, signReport } from './refusal-report'
import type { RefusalReport } from './refusals'

const report: RefusalReport = {
  ...{ code: 'ERR_PROOF_INVALID', accused: { sid: 'sid', sub: 'sub' }, at: NOW },
  ...{ address: '192.0.2.1', userAgent: 'thief', method: 'GET', path: '/api/notes' },
}

let world: World
beforeEach(async () => {
  world = await createWorld()
})

async function send(signedBy = world, changes: { body?: string; now?: number } = {}) {
  const request = await signReport(report, 'http://127.0.0.1:3000', signedBy.lock.keySets)
  const sent = new Uint8Array(await request.arrayBuffer())
  const body = changes.body ? new TextEncoder().encode(changes.body) : sent
  return openReport(request, body, world.lock.keySets, changes.now ?? NOW)
}

describe('a report of the edge', () => {
  it('is taken from one that has the secret, the older one too', async () => {
    expect(await send()).toEqual(report)
    const old = world
    world = await createWorld({ secrets: ['a-newer-secret-of-32-bytes-or-more!!', SECRET] })
    expect(await send(old)).toEqual(report)
  })

  it('of a stranger, with another body, or of another time is refused', async () => {
    const stranger = await createWorld({ secrets: ['another-secret-of-32-bytes-or-more!'] })
    expect(await codeOf(send(stranger))).toBe('ERR_TOKEN_MISSING')
    expect(await codeOf(send(world, { body: JSON.stringify(report) + ' ' }))).toBe(
      'ERR_TOKEN_MISSING',
    )
    expect(await codeOf(send(world, { now: NOW + 30_001 }))).toBe('ERR_TOKEN_MISSING')
    expect(await codeOf(send(world, { now: NOW - 30_001 }))).toBe('ERR_TOKEN_MISSING')
  })

  it.each<Record<string, string>>([
    {},
    { 'Session-Lock-Internal': '' },
    { 'Session-Lock-Internal': `${NOW}.AAAA` },
  ])('without a signature is refused: %j', async (headers) => {
    const request = new Request('http://x/', { method: 'POST', headers })
    const open = openReport(request, new Uint8Array(), world.lock.keySets, NOW)
    expect(await codeOf(open)).toBe('ERR_TOKEN_MISSING')
  })
})
