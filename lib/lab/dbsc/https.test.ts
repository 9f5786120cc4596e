import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  browserFlags,
  createIdentity,
  ensureIdentity,
  spkiHash,
  startTerminator,
} from './https.mjs'

const folder = mkdtempSync(join(tmpdir(), 'session-lock-https-'))
let inner: Server
beforeAll(async () => {
  inner = createServer((_request, response) => response.end('inside'))
  await new Promise<void>((resolve) => inner.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  inner.close()
  rmSync(folder, { recursive: true })
})

function get(port: number, ca?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, servername: 'localhost', ...(ca && { ca }) }
    request({ ...options, agent: false }, (response) => {
      response.setEncoding('utf8').on('data', resolve)
    })
      .on('error', reject)
      .end()
  })
}

describe('https for a demo', () => {
  it('keeps its certificate, the key for its owner alone', async () => {
    const identity = await ensureIdentity(folder)
    expect(await ensureIdentity(folder)).toEqual(identity)
    expect(statSync(join(folder, 'localhost.key')).mode & 0o777).toBe(0o600)
    expect(spkiHash(identity)).toMatch(/^[\w+/]{43}=$/)
    expect(browserFlags(identity).join(' ')).toContain(spkiHash(identity))
  })

  it('makes another where the one that is there is broken off from its key', async () => {
    const other = mkdtempSync(join(folder, 'other-'))
    writeFileSync(join(other, 'localhost.crt'), 'no certificate')
    expect((await ensureIdentity(other)).cert).toContain('BEGIN CERTIFICATE')
  })

  it('ends TLS, and passes on what is inside', async () => {
    const identity = await createIdentity()
    const { port: target } = inner.address() as AddressInfo
    const terminator = await startTerminator(identity, { port: 0, target })
    expect(await get(terminator.port, identity.cert)).toBe('inside')
    // Somebody who does not trust the certificate hangs up, and disturbs nobody.
    await expect(get(terminator.port)).rejects.toThrow(/self-signed/)
    expect(await get(terminator.port, identity.cert)).toBe('inside')
    await terminator.close()
  })

  it('hangs up where there is nothing inside', async () => {
    const identity = await createIdentity()
    const terminator = await startTerminator(identity, { port: 0, target: 1 })
    await expect(get(terminator.port, identity.cert)).rejects.toThrow()
    await terminator.close()
  })
})
