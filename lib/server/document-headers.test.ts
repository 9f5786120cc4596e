import { describe, expect, it } from 'vitest'
import { securityHeaders } from './document-headers'

describe('the headers of a document', () => {
  it.each([
    ['https://app.example', true],
    ['https://localhost.example', true],
    ['http://localhost:3000', false],
    // A browser would keep it for a year, for every port of that name.
    ['https://localhost:3443', false],
    ['https://127.0.0.1:3443', false],
  ])('%s promises https for a year: %s', (origin, promised) => {
    expect('Strict-Transport-Security' in securityHeaders(origin)).toBe(promised)
  })
})
