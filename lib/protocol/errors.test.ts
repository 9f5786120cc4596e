import { describe, expect, it, vi } from 'vitest'
import { CHECKS, failedCheck, isErrorCode, rings, SessionLockError } from './errors'

const NOW = 1_790_000_000_000

describe('a refusal', () => {
  it('is known to another copy of the module that made it', async () => {
    vi.resetModules()
    const copy = await import('./errors')
    expect(copy.SessionLockError).not.toBe(SessionLockError)
    expect(new copy.SessionLockError('ERR_INPUT')).toBeInstanceOf(SessionLockError)
    for (const other of [new Error('ERR_INPUT'), null, undefined, 'ERR_INPUT', {}]) {
      expect(other).not.toBeInstanceOf(SessionLockError)
    }
  })

  it('renders itself, as RFC 9457 has it', async () => {
    const response = new SessionLockError('ERR_PROOF_STALE', { clientTime: 1 }).toResponse(NOW)
    expect(response.status).toBe(401)
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect(response.headers.get('WWW-Authenticate')).toBe(
      'SessionLock error="ERR_PROOF_STALE", algs="ES256"',
    )
    expect(await response.json()).toEqual({
      type: 'urn:session-lock:ERR_PROOF_STALE',
      title: 'The proof is too old.',
      status: 401,
      code: 'ERR_PROOF_STALE',
      detail: 'The proof is too old.',
      serverTime: NOW,
      clientTime: 1,
    })
  })

  it('says what is allowed, and when to come again', () => {
    const method = new SessionLockError('ERR_METHOD', { allow: ['GET', 'HEAD'] }).toResponse(NOW)
    expect([method.status, method.headers.get('Allow')]).toEqual([405, 'GET, HEAD'])
    expect(method.headers.has('WWW-Authenticate')).toBe(false)
    const limited = new SessionLockError('ERR_RATE_LIMITED', { retryAfterS: 0.2 }).toResponse(NOW)
    expect([limited.status, limited.headers.get('Retry-After')]).toEqual([429, '1'])
  })
})

describe('the table', () => {
  it('names the codes that ring', () => {
    const ringing = ['DOWNGRADE', 'PROOF_MISSING', 'PROOF_MALFORMED', 'PROOF_INVALID']
    for (const name of [...ringing, 'PROOF_REPLAYED', 'DIGEST_MISMATCH']) {
      expect(rings(`ERR_${name}` as 'ERR_DOWNGRADE')).toBe(true)
    }
    for (const code of [
      'ERR_PROOF_STALE',
      'ERR_CHALLENGE_REQUIRED',
      'ERR_TOKEN_EXPIRED',
    ] as const) {
      expect(rings(code)).toBe(false)
    }
  })

  it('gives each code of the verifier its check', () => {
    expect(failedCheck('ERR_PROOF_INVALID')).toBe('proof')
    expect(failedCheck('ERR_CREDENTIALS')).toBeUndefined()
    expect(CHECKS.indexOf(failedCheck('ERR_DOWNGRADE')!)).toBe(2)
  })

  it('knows its own codes and no others', () => {
    expect(isErrorCode('ERR_INPUT')).toBe(true)
    for (const other of ['constructor', '__proto__', '', 1, null]) {
      expect(isErrorCode(other)).toBe(false)
    }
  })
})
