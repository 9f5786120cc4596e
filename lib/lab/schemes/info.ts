import { CHECKS } from '@/lib/protocol/errors'
import type { SchemeId } from '../types'

/** What people read of a scheme. What it stops and what not stands in the matrix, and nowhere else. */
export interface SchemeInfo {
  readonly name: string
  /** For the head of a column. */
  readonly short: string
  readonly kind: 'control' | 'session-lock' | 'peer'
  /** One paragraph. */
  readonly what: string
  readonly keyHolder: string
  readonly covers: string
  /** Beside a request without a session. */
  readonly costs: string
  readonly specifications: readonly { readonly name: string; readonly url?: string }[]
  /** The server's steps, in their order: the first that fails decides. */
  readonly checks: readonly string[]
}

const PROTOCOL = { name: 'docs/protocol.md in this repository' }
const UPSTREAM = { name: 'session-lock by Keyri', url: 'https://github.com/Keyri-Co/session-lock' }

export const SCHEME_INFO: Readonly<Record<SchemeId, SchemeInfo>> = {
  bearer: {
    name: 'Bearer token',
    short: 'Bearer',
    kind: 'control',
    what: 'A signed token, in storage that script can read, sent with each request. Most applications hold their sessions so, and it is here to compare with.',
    keyHolder: 'Nobody: there is no key but the server’s own.',
    covers: 'There is no proof.',
    costs: 'Nothing.',
    specifications: [
      { name: 'RFC 6750', url: 'https://www.rfc-editor.org/rfc/rfc6750' },
      { name: 'RFC 7519', url: 'https://www.rfc-editor.org/rfc/rfc7519' },
    ],
    checks: ['token', 'signature', 'expiry'],
  },
  'next-auth': {
    name: 'next-auth’s session cookie',
    short: 'next-auth',
    kind: 'control',
    what: 'An encrypted token in an HttpOnly cookie, issued by next-auth’s own callback and read by its own function. Script cannot read it; whoever copies it otherwise is the user.',
    keyHolder: 'Nobody: there is no key but the server’s own.',
    covers: 'There is no proof.',
    costs: 'Nothing.',
    specifications: [
      {
        name: 'next-auth, session strategies',
        url: 'https://next-auth.js.org/configuration/options#session',
      },
      { name: 'RFC 6265', url: 'https://www.rfc-editor.org/rfc/rfc6265' },
    ],
    checks: ['cookie'],
  },
  'first-published': {
    name: 'session-lock, as first published',
    short: 'SL first',
    kind: 'session-lock',
    what: 'The browser signs the token and the time. The time may be two seconds old, and any time ahead; the server remembers nothing. Written anew from its description, its weaknesses left in.',
    keyHolder: 'The browser: a P-256 key that script cannot export.',
    covers: 'The token and the time.',
    costs: 'One signature and one verification.',
    specifications: [UPSTREAM],
    checks: ['read', 'time', 'signature', 'token'],
  },
  'profile-1': {
    name: 'session-lock, profile 1',
    short: 'SL 1',
    kind: 'session-lock',
    what: 'The same bytes as first published, judged by this project’s rules: a window with two sides, each statement once, the session looked up, the token verified before the key in it is believed.',
    keyHolder: 'The browser: a P-256 key that script cannot export.',
    covers: 'The token and the time.',
    costs: 'One signature, one verification, one claim and one look-up in the store.',
    specifications: [PROTOCOL, UPSTREAM],
    checks: CHECKS.filter((check) => check !== 'challenge' && check !== 'body'),
  },
  'profile-2': {
    name: 'session-lock, profile 2',
    short: 'SL 2',
    kind: 'session-lock',
    what: 'What this application speaks by default: the browser signs what it asks for, whole, and a value that the server gave out lately.',
    keyHolder: 'The browser: a P-256 key that script cannot export.',
    covers: 'Token, time, method, URL with query, digest of the body, challenge.',
    costs: 'One signature, one verification, one claim and one look-up in the store.',
    specifications: [PROTOCOL],
    checks: CHECKS,
  },
  cookie: {
    name: 'session-lock, cookie',
    short: 'SL cookie',
    kind: 'session-lock',
    what: 'Profile 2 with the session in an HttpOnly cookie, of which the server keeps only the hash. The proof travels beside it.',
    keyHolder: 'The browser: a P-256 key that script cannot export.',
    covers: 'Session, time, method, URL with query, digest of the body, challenge.',
    costs: 'One signature, one verification, one claim and two look-ups in the store.',
    specifications: [PROTOCOL],
    checks: CHECKS,
  },
  dpop: {
    name: 'DPoP',
    short: 'DPoP',
    kind: 'peer',
    what: 'The standard of OAuth: an access token that names a key, and a small token by that key beside each request. oauth4webapi writes and verifies it here; the nonce and the memory of used proofs, which it leaves to the application, are on top.',
    keyHolder: 'The client: here a P-256 key that script cannot export.',
    covers: 'Access token, time, method, URL without query, nonce.',
    costs: 'One signature, three verifications (two where the access token is remembered).',
    specifications: [{ name: 'RFC 9449', url: 'https://www.rfc-editor.org/rfc/rfc9449' }],
    checks: ['access token', 'proof', 'iat', 'htm', 'htu', 'ath', 'key', 'nonce', 'replay'],
  },
  dbsc: {
    name: 'Device Bound Session Credentials',
    short: 'DBSC',
    kind: 'peer',
    what: 'The browser itself holds a key and trades a signature of it for a cookie that lives for minutes. No script takes part: the browser holds requests up while it refreshes. In between, the cookie is a cookie.',
    keyHolder:
      'The browser, in hardware where there is a TPM or a Secure Enclave; software keys are for trying out.',
    covers: 'A challenge of the server’s, when a session is registered or refreshed; no request.',
    costs:
      'A request: one check of a seal and one look-up. A refresh: two requests, one signature.',
    specifications: [
      { name: 'W3C draft', url: 'https://w3c.github.io/webappsec-dbsc/' },
      { name: 'RFC 9651', url: 'https://www.rfc-editor.org/rfc/rfc9651' },
    ],
    checks: ['cookie', 'session'],
  },
  'token-binding': {
    name: 'Token Binding',
    short: 'Token B.',
    kind: 'peer',
    what: 'The cookie is bound to a key that is proved at the TLS connection, and not at the request. A standard that no browser follows any more; it runs here between two Node programs, behind a TLS terminator.',
    keyHolder: 'The browser, below every page: script sees neither the key nor the header.',
    covers: 'The connection, by keying material that only its two ends can export.',
    costs: 'One signature and one verification a connection.',
    specifications: [
      { name: 'RFC 8471', url: 'https://www.rfc-editor.org/rfc/rfc8471' },
      { name: 'RFC 8472', url: 'https://www.rfc-editor.org/rfc/rfc8472' },
      { name: 'RFC 8473', url: 'https://www.rfc-editor.org/rfc/rfc8473' },
    ],
    checks: ['terminator', 'binding', 'session'],
  },
}
