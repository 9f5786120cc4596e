import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { sendRaw } from './raw'

test('a name that is slow to normalise costs no time', async ({ baseURL }) => {
  const { signIn } = await import('./independent/client.mjs')
  const username = `a${'\u0301\u0316'.repeat(200_000)}`
  const refused = await signIn(baseURL!, { username, password: 'long enough' }).catch(String)
  expect(refused).toContain('ERR_INPUT')
})

test('sockets that ask for an upgrade or a tunnel are answered and let go', async ({ baseURL }) => {
  const port = Number(new URL(baseURL!).port)
  const lines = 'Host: x\nConnection: Upgrade\nUpgrade: websocket\n\n'
  const upgrade = await sendRaw(port, `GET /api/notes HTTP/1.1\n${lines}`)
  expect(upgrade).toMatchObject({ status: 400, body: expect.stringContaining('ERR_INPUT') })
  const tunnel = await sendRaw(port, 'CONNECT evil.example:443 HTTP/1.1\nHost: x\n\n')
  expect(tunnel).toMatchObject({ status: 405, body: expect.stringContaining('ERR_METHOD') })
  const garbage = await sendRaw(port, 'not http at all\n\n')
  expect(garbage).toMatchObject({ status: 400, body: expect.stringContaining('ERR_INPUT') })
})

/** A client and a thief written from PROTOCOL.md alone, in plain Node: they share no code with us. */
test('an independent client gets in, and every theft it tries fails', async ({ baseURL }) => {
  test.setTimeout(120_000)
  const script = new URL('independent/thefts.mjs', import.meta.url).pathname
  const { stdout } = await promisify(execFile)(process.execPath, [script, baseURL!], {
    maxBuffer: 2 ** 24,
  }).catch((error: { stdout: string }) => error)
  expect(stdout.split('\n').filter((line) => line.startsWith('FAIL'))).toEqual([])
  expect(stdout).toMatch(/\n\d{3} passed, 0 failed\n$/)
})
