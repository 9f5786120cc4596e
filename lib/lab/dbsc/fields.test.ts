import { describe, expect, it } from 'vitest'
import {
  readChallenge,
  readRegistration,
  readSkipped,
  readText,
  writeChallenge,
  writeRegistration,
} from './fields'

describe('the header fields of DBSC', () => {
  it('offers a registration in the form of the draft', () => {
    expect(writeRegistration('/register', 'c"1', 'a')).toBe(
      '(ES256);path="/register";challenge="c\\"1";authorization="a"',
    )
  })

  it('names the session that a challenge is for', () => {
    expect(writeChallenge('c', 'd1')).toBe('"c";id="d1"')
  })

  it('reads back what it writes', () => {
    const offer = { path: '/p', challenge: 'c', authorization: 'a' }
    expect(readRegistration(writeRegistration('/p', 'c', 'a'))).toEqual(offer)
    expect(readChallenge(writeChallenge('c', 'd1'))).toBe('c')
  })

  it.each([
    ['a string', '"d1-_"', 'd1-_'],
    ['bare, as Chromium sends it', 'd1-_', 'd1-_'],
    ['with parameters, which do not count', '"d1";x=1', 'd1'],
  ])('reads a text: %s', (_, field, text) => {
    expect(readText(field)).toBe(text)
  })

  it.each([
    ['nothing', null],
    ['an empty field', ''],
    ['a number', '7'],
    ['a broken string', '"d1'],
    ['two of them', '"a", "b"'],
    ['bytes', ':AAAA:'],
    ['a list', '("a")'],
    ['characters of no field', '"ä"'],
    ['more than any browser sends', `"${'a'.repeat(5000)}"`],
  ])('reads no text out of %s', (_, field) => {
    expect(readText(field)).toBeUndefined()
  })

  it('reads why a refresh was skipped', () => {
    expect(readSkipped('server_error;session_identifier="d1"')).toEqual({
      reason: 'server_error',
      sessionId: 'd1',
    })
    expect(readSkipped('unreachable')).toEqual({ reason: 'unreachable' })
    expect(readSkipped('quota_exceeded;session_identifier=d1, unreachable')).toEqual({
      reason: 'quota_exceeded',
      sessionId: 'd1',
    })
  })

  it.each([null, '', 'because', '"unreachable"', '(unreachable)', 'unreachable;', '1'])(
    'reads no reason out of %j',
    (field) => {
      expect(readSkipped(field)).toBeUndefined()
    },
  )
})
