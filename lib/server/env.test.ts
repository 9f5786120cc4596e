import { describe, expect, it } from 'vitest'
import { readEnv } from './env'

const AUTH_SECRET = 'x'.repeat(32)

describe('the environment', () => {
  it('has defaults for all but the secret', () => {
    expect(readEnv({ AUTH_SECRET })).toEqual({
      AUTH_SECRET: [AUTH_SECRET],
      PORT: 3000,
      HOST: '127.0.0.1',
      APP_ORIGIN: 'http://localhost:3000',
      INTERNAL_ORIGIN: 'http://127.0.0.1:3000',
      DATABASE_URL: 'file:./.data/session-lock.db',
      PROOF_MAX_AGE_MS: 10_000,
      CLOCK_TOLERANCE_MS: 5_000,
      CHALLENGE_WINDOW_S: 150,
      SESSION_TTL_S: 86_400,
      MAX_BODY_BYTES: 1024 * 1024,
      RATE_LIMIT: 1,
      GITHUB_URL: 'https://github.com',
      GITHUB_API_URL: 'https://api.github.com',
    })
  })

  it('follows the port, and takes an empty value for none', () => {
    const env = readEnv({ AUTH_SECRET, PORT: '4000', APP_ORIGIN: '' })
    expect(env.APP_ORIGIN).toBe('http://localhost:4000')
    expect(env.INTERNAL_ORIGIN).toBe('http://127.0.0.1:4000')
  })

  it.each([
    ['0.0.0.0', 'http://127.0.0.1:3000'],
    ['::', 'http://[::1]:3000'],
    ['192.0.2.1', 'http://192.0.2.1:3000'],
    ['::1', 'http://[::1]:3000'],
    ['localhost', 'http://localhost:3000'],
  ])('reaches itself where it listens: %s', (HOST, internal) => {
    expect(readEnv({ AUTH_SECRET, HOST }).INTERNAL_ORIGIN).toBe(internal)
  })

  it('reads several secrets', () => {
    const secrets = ['y'.repeat(32), AUTH_SECRET]
    expect(readEnv({ AUTH_SECRET: secrets.join(', ') }).AUTH_SECRET).toEqual(secrets)
  })

  it.each([
    ['AUTH_SECRET', undefined],
    ['AUTH_SECRET', 'short'],
    ['AUTH_SECRET', `${AUTH_SECRET},short`],
    ['PORT', 'http'],
    ['PORT', '70000'],
    ['HOST', 'nonsense'],
    ['APP_ORIGIN', 'my.host'],
    ['APP_ORIGIN', 'https://my.host/'],
    ['APP_ORIGIN', 'https://my.host/path'],
    ['INTERNAL_ORIGIN', '127.0.0.1:3000'],
    ['DATABASE_URL', 'mysql://localhost'],
    ['PROOF_MAX_AGE_MS', '0'],
    ['PROOF_MAX_AGE_MS', '10s'],
    ['CLOCK_TOLERANCE_MS', '-1'],
    ['CHALLENGE_WINDOW_S', 'soon'],
    ['SESSION_TTL_S', '1.5'],
    ['MAX_BODY_BYTES', '100000000'],
    ['RATE_LIMIT', 'none'],
    ['RATE_LIMIT', '-7'],
    ['GITHUB_ID', 'without-its-other-half'],
  ])('names %s where it is wrong, and never says its value', (name, value) => {
    const read = () => readEnv({ AUTH_SECRET, [name]: value })
    expect(read).toThrow(new RegExp(`^${name} `, 'm'))
    if (value) expect(read).not.toThrow(value)
  })
})
