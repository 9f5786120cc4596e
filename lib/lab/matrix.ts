import type { AttackId } from './attacks'
import { DBSC } from './dbsc/column'
import { falls, none, served, stands, type Expected } from './expected'
import { TOKEN_BINDING } from './token-binding/column'
import type { SchemeId } from './types'

export type { Expected, Outcome } from './expected'

/**
 * What every attack comes to under every scheme, and why: the only source of every claim that is
 * made anywhere. Unit tests perform each cell in process, browser tests perform each against the
 * production build, the pages and the README show it. A cell that turns out otherwise fails the
 * build.
 */

const TOKEN_IS_ALL = 'The token is all that is asked for, so whoever sends it is the user.'
const COOKIE_IS_ALL = 'The cookie is all that is asked for, so whoever sends it is the user.'
const SEAL = 'The server’s signature covers every claim, and does not fit the edited ones.'
const SEALED_SHUT = 'The token is encrypted and authenticated; what was edited does not open.'
const FRONT = 'The front refuses the doubled header before anybody could read it in two ways.'
const UNFOLDED =
  'A header that is folded over two lines is no HTTP any more, and is refused as such.'
const NO_KEY = 'There is no key that a signature could be asked of.'
const NOT_THE_KEY = 'The signature is not by the key that the session is bound to.'
const KEPT_IN =
  'The key was made non-extractable: it signs in this browser and is exported by none.'
const ORACLE = 'Script in the page can use what the page can use, for as long as it runs.'
const ON_DISK = 'A software key lies in the profile on disk; only a key held by hardware would not.'
const NOT_CHANNEL =
  'The proof covers the request and not the connection, so it may take any way there.'
const ONCE = 'What was signed counts once: one claim in one store, which one of any number wins.'
const OVER = 'The time that was signed is outside the server’s window.'

/** Schemes whose column stands in a file of its own, beside their code. */
const COLUMNS = { dbsc: DBSC, 'token-binding': TOKEN_BINDING } as const
type Row = Readonly<Record<Exclude<SchemeId, keyof typeof COLUMNS>, Expected>>

const ROWS: Readonly<Record<AttackId, Row>> = {
  'token-elsewhere': {
    bearer: falls(TOKEN_IS_ALL),
    'next-auth': falls(COOKIE_IS_ALL),
    'first-published': stands('malformed', 'A token without a lock is not taken.'),
    'profile-1': stands('ERR_PROOF_MISSING', 'A session of ours without a proof is refused.'),
    'profile-2': stands('ERR_PROOF_MISSING', 'A session of ours without a proof is refused.'),
    cookie: stands('ERR_PROOF_MISSING', 'The cookie alone, without a proof beside it, is refused.'),
    dpop: stands('invalid_dpop_proof', 'A bound access token without its proof is refused.'),
  },
  'own-key': {
    bearer: falls('No proof is asked for, so the thief’s own is not even looked at.'),
    'next-auth': falls('No proof is asked for, so the thief’s own is not even looked at.'),
    'first-published': stands('invalid_signature', NOT_THE_KEY),
    'profile-1': stands('ERR_PROOF_INVALID', NOT_THE_KEY),
    'profile-2': stands('ERR_PROOF_INVALID', NOT_THE_KEY),
    cookie: stands('ERR_PROOF_INVALID', NOT_THE_KEY),
    dpop: stands('invalid_dpop_proof', 'The proof’s key has not the thumbprint in the token.'),
  },
  'mixed-account': {
    bearer: stands('invalid_token', 'The seal of one token does not fit another.'),
    'next-auth': stands('unauthenticated', 'The seal of one token does not fit another.'),
    'first-published': stands('invalid_signature', NOT_THE_KEY),
    'profile-1': stands('ERR_PROOF_INVALID', NOT_THE_KEY),
    'profile-2': stands('ERR_PROOF_INVALID', NOT_THE_KEY),
    cookie: stands('ERR_PROOF_INVALID', 'The proof names another session, and is by another key.'),
    dpop: stands('invalid_dpop_proof', 'The proof’s key has not the thumbprint in the token.'),
  },
  revoked: {
    bearer: falls('The token says itself until when it is good, and nobody is asked again.'),
    'next-auth': falls('Signing out clears the cookie in one browser; a copy of it stays good.'),
    'first-published': falls('The server keeps no sessions, so it can end none.'),
    'profile-1': stands('ERR_SESSION_REVOKED', 'The session is looked up at every request.'),
    'profile-2': stands('ERR_SESSION_REVOKED', 'The session is looked up at every request.'),
    cookie: stands('ERR_SESSION_REVOKED', 'The session is looked up at every request.'),
    dpop: falls(
      'The access token is good until it expires; asking again is another protocol’s job.',
    ),
  },
  'replay-now': {
    bearer: falls(TOKEN_IS_ALL),
    'next-auth': falls(COOKIE_IS_ALL),
    'first-published': falls('For two seconds the same signature opens as often as it is sent.'),
    'profile-1': stands('ERR_PROOF_REPLAYED', ONCE),
    'profile-2': stands('ERR_PROOF_REPLAYED', ONCE),
    cookie: stands('ERR_PROOF_REPLAYED', ONCE),
    dpop: stands(
      'invalid_dpop_proof',
      'The proof’s id is remembered; the RFC leaves that to the server.',
    ),
  },
  'replay-late': {
    bearer: falls(TOKEN_IS_ALL),
    'next-auth': falls(COOKIE_IS_ALL),
    'first-published': stands(
      'token_expired',
      'The time that was signed is more than two seconds old.',
    ),
    'profile-1': stands('ERR_PROOF_STALE', OVER),
    'profile-2': stands('ERR_PROOF_STALE', OVER),
    cookie: stands('ERR_PROOF_STALE', OVER),
    dpop: stands('invalid_dpop_proof', 'The proof is more than five minutes old.'),
  },
  'race-2': {
    bearer: falls(TOKEN_IS_ALL),
    'next-auth': falls(COOKIE_IS_ALL),
    'first-published': falls('Nothing is remembered, so both pass.'),
    'profile-1': stands('ERR_PROOF_REPLAYED', ONCE),
    'profile-2': stands('ERR_PROOF_REPLAYED', ONCE),
    cookie: stands('ERR_PROOF_REPLAYED', ONCE),
    dpop: stands(
      'invalid_dpop_proof',
      'The memory of proofs is claimed in one step, so one passes.',
    ),
  },
  'race-100': {
    bearer: falls(TOKEN_IS_ALL),
    'next-auth': falls(COOKIE_IS_ALL),
    'first-published': falls('Nothing is remembered, so all of them pass.'),
    'profile-1': stands('ERR_PROOF_REPLAYED', ONCE),
    'profile-2': stands('ERR_PROOF_REPLAYED', ONCE),
    cookie: stands('ERR_PROOF_REPLAYED', ONCE),
    dpop: stands(
      'invalid_dpop_proof',
      'The memory of proofs is claimed in one step, so one passes.',
    ),
  },
  'other-url': {
    bearer: falls(TOKEN_IS_ALL),
    'next-auth': falls(COOKIE_IS_ALL),
    'first-published': falls('Token and time are signed; where the request goes is not.'),
    'profile-1': falls('Token and time are signed; where the request goes is not.'),
    'profile-2': stands('ERR_PROOF_INVALID', 'The target URI is one of the signed lines.'),
    cookie: stands('ERR_PROOF_INVALID', 'The target URI is one of the signed lines.'),
    dpop: stands('invalid_dpop_proof', 'The proof names the URI (htu).'),
  },
  'other-method': {
    bearer: falls(TOKEN_IS_ALL),
    'next-auth': falls(COOKIE_IS_ALL),
    'first-published': falls('Token and time are signed; what is to be done is not.'),
    'profile-1': falls('Token and time are signed; what is to be done is not.'),
    'profile-2': stands('ERR_PROOF_INVALID', 'The method is one of the signed lines.'),
    cookie: stands('ERR_PROOF_INVALID', 'The method is one of the signed lines.'),
    dpop: stands('invalid_dpop_proof', 'The proof names the method (htm).'),
  },
  'other-query': {
    bearer: falls(TOKEN_IS_ALL),
    'next-auth': falls(COOKIE_IS_ALL),
    'first-published': falls('Token and time are signed; the address is not.'),
    'profile-1': falls('Token and time are signed; the address is not.'),
    'profile-2': stands('ERR_PROOF_INVALID', 'The query is part of the target URI that is signed.'),
    cookie: stands('ERR_PROOF_INVALID', 'The query is part of the target URI that is signed.'),
    dpop: falls('htu is the URI without its query (RFC 9449 §4.2), so any query fits.'),
  },
  'other-body': {
    bearer: falls(TOKEN_IS_ALL),
    'next-auth': falls(COOKIE_IS_ALL),
    'first-published': falls('Token and time are signed; what is said is not.'),
    'profile-1': falls('Token and time are signed; what is said is not.'),
    'profile-2': stands(
      'ERR_DIGEST_MISMATCH',
      'The digest of the body is one of the signed lines.',
    ),
    cookie: stands('ERR_DIGEST_MISMATCH', 'The digest of the body is one of the signed lines.'),
    dpop: falls('The body is no part of a DPoP proof.'),
  },
  'payload-edited': {
    bearer: stands('invalid_token', SEAL),
    'next-auth': stands('unauthenticated', SEALED_SHUT),
    'first-published': stands(
      'invalid_token',
      'The lock holds, by the thief’s key; the seal is checked after it, and does not.',
    ),
    'profile-1': stands('ERR_TOKEN_INVALID', SEAL),
    'profile-2': stands('ERR_TOKEN_INVALID', SEAL),
    cookie: stands(
      'ERR_SESSION_REVOKED',
      'The value names nothing but a row; another one names none.',
    ),
    dpop: stands('invalid_token', SEAL),
  },
  'alg-none': {
    bearer: stands(
      'invalid_token',
      'The algorithms that are taken are a list, and none is not on it.',
    ),
    'next-auth': stands('unauthenticated', 'What is not encrypted by this server is no session.'),
    'first-published': stands(
      'invalid_token',
      'The verifying library does not take a token without a seal.',
    ),
    'profile-1': stands('ERR_TOKEN_MALFORMED', 'A token has three parts that are not empty.'),
    'profile-2': stands('ERR_TOKEN_MALFORMED', 'A token has three parts that are not empty.'),
    cookie: stands('ERR_TOKEN_MALFORMED', 'The cookie is 32 random bytes and no token.'),
    dpop: stands(
      'invalid_token',
      'The algorithms that are taken are a list, and none is not on it.',
    ),
  },
  'embedded-key': {
    bearer: stands(
      'invalid_token',
      'The key is the server’s own, whatever the header brings along.',
    ),
    'next-auth': stands('unauthenticated', 'What is not encrypted by this server is no session.'),
    'first-published': stands(
      'invalid_token',
      'The key is the server’s own, whatever the header brings along.',
    ),
    'profile-1': stands(
      'ERR_TOKEN_INVALID',
      'The key is the server’s own, whatever the header brings along.',
    ),
    'profile-2': stands(
      'ERR_TOKEN_INVALID',
      'The key is the server’s own, whatever the header brings along.',
    ),
    cookie: stands('ERR_TOKEN_MALFORMED', 'The cookie is 32 random bytes and no token.'),
    dpop: stands('invalid_token', 'Only the issuer’s published key verifies an access token.'),
  },
  'as-bearer': {
    bearer: none('It is a bearer token: there is nothing to take away.'),
    'next-auth': none('It is a bearer cookie: there is nothing to take away.'),
    'first-published': stands(
      'malformed',
      'This server takes it locked only; another one that shares the secret may not ask.',
    ),
    'profile-1': stands(
      'ERR_PROOF_MISSING',
      'The scheme is Bearer, as upstream’s is, and the proof is asked for all the same.',
    ),
    'profile-2': stands('ERR_DOWNGRADE', 'The token says under which scheme it was issued.'),
    cookie: stands('ERR_TOKEN_MALFORMED', 'The value is no token.'),
    dpop: stands('invalid_dpop_proof', 'A token that names a key is not taken without DPoP.'),
  },
  'as-cookie': {
    bearer: none('It is a bearer token: there is nothing to take away.'),
    'next-auth': none('It is a cookie already.'),
    'first-published': none('There are no cookies in this scheme.'),
    'profile-1': stands('ERR_TOKEN_MALFORMED', 'A cookie has another form than a token.'),
    'profile-2': stands('ERR_TOKEN_MALFORMED', 'A cookie has another form than a token.'),
    cookie: none('It is a cookie already.'),
    dpop: stands('invalid_token', 'There is no access token where it has to be.'),
  },
  'other-profile': {
    bearer: none('There is one form of it.'),
    'next-auth': none('There is one form of it.'),
    'first-published': none('There is one form of it.'),
    'profile-1': stands('ERR_DOWNGRADE', 'The token says under which profile it was issued.'),
    'profile-2': stands('ERR_DOWNGRADE', 'The token says under which profile it was issued.'),
    cookie: stands('ERR_TOKEN_MALFORMED', 'A session’s id and a cookie make no token.'),
    dpop: none('There is one form of it.'),
  },
  'minted-inside': {
    bearer: falls('The token needs no proof, now or later.'),
    'next-auth': falls('The cookie needs no proof, now or later.'),
    'first-published': falls('A time that is ahead is never too far ahead.'),
    'profile-1': falls('Whoever may sign now may sign for later: no challenge limits it.'),
    'profile-2': falls('The challenge was a live one, and its window had not ended.'),
    cookie: falls('The challenge was a live one, and its window had not ended.'),
    dpop: falls('The nonce was a live one, and the proof’s time may be five minutes ahead.'),
  },
  'minted-after': {
    bearer: falls('The token needs no proof, now or later.'),
    'next-auth': falls('The cookie needs no proof, now or later.'),
    'first-published': falls('A time that is ahead is never too far ahead.'),
    'profile-1': falls('Whoever may sign now may sign for later: no challenge limits it.'),
    'profile-2': stands(
      'ERR_CHALLENGE_INVALID',
      'The challenge that was signed is no current one any more.',
    ),
    cookie: stands(
      'ERR_CHALLENGE_INVALID',
      'The challenge that was signed is no current one any more.',
    ),
    dpop: stands('use_dpop_nonce', 'The nonce that was signed is no current one any more.'),
  },
  'doubled-authorization': every('ERR_TOKEN_MALFORMED', FRONT),
  'doubled-cookie': every('ERR_TOKEN_MALFORMED', FRONT),
  'folded-header': every('ERR_INPUT', UNFOLDED),
  'overlong-header': {
    bearer: stands(
      'invalid_token',
      'Nothing is cut off, and what is too long has no seal that fits.',
    ),
    'next-auth': stands(
      'unauthenticated',
      'Nothing is cut off, and what is too long does not open.',
    ),
    'first-published': stands('malformed', 'Nothing is cut off, and what is too long has no lock.'),
    'profile-1': stands('ERR_TOKEN_MALFORMED', 'More than 8 KiB is no token.'),
    'profile-2': stands('ERR_TOKEN_MALFORMED', 'More than 8 KiB is no token.'),
    cookie: stands('ERR_TOKEN_MALFORMED', 'The cookie has one length.'),
    dpop: stands(
      'invalid_token',
      'Nothing is cut off, and what is too long has no seal that fits.',
    ),
  },
  'internal-headers': notSkipped(),
  'path-tricks': notSkipped(),
  'key-export': {
    bearer: falls('There is no key; the token itself lies where script reads it.'),
    'next-auth': stands('HttpOnly', 'There is no key, and script cannot read the cookie.'),
    'first-published': stands('not extractable', KEPT_IN),
    'profile-1': stands('not extractable', KEPT_IN),
    'profile-2': stands('not extractable', KEPT_IN),
    cookie: stands('not extractable', KEPT_IN),
    dpop: stands('not extractable', KEPT_IN),
  },
  'script-signs': fallsFor(ORACLE),
  'profile-copied': {
    ...fallsFor(ON_DISK),
    bearer: falls('The token lies in the profile.'),
    'next-auth': falls('The cookie lies in the profile.'),
  },
  relay: {
    ...fallsFor(NOT_CHANNEL),
    bearer: falls('Whoever holds the connection reads the token, and needs no more.'),
    'next-auth': falls('Whoever holds the connection reads the cookie, and needs no more.'),
  },
  'clock-slow': {
    bearer: served(NO_KEY),
    'next-auth': served(NO_KEY),
    'first-published': falls(
      'Two seconds are all; the owner is told that the token has expired.',
      'token_expired',
    ),
    'profile-1': served('The refusal tells the server’s time, and the one repeat is signed by it.'),
    'profile-2': served('The refusal tells the server’s time, and the one repeat is signed by it.'),
    cookie: served('The refusal tells the server’s time, and the one repeat is signed by it.'),
    dpop: falls(
      'The window is five minutes, and a refusal says nothing of the time.',
      'invalid_dpop_proof',
    ),
  },
  'clock-fast': {
    bearer: served(NO_KEY),
    'next-auth': served(NO_KEY),
    'first-published': served('A time that is ahead is never too far ahead, for better or worse.'),
    'profile-1': served('The refusal tells the server’s time, and the one repeat is signed by it.'),
    'profile-2': served('The refusal tells the server’s time, and the one repeat is signed by it.'),
    cookie: served('The refusal tells the server’s time, and the one repeat is signed by it.'),
    dpop: falls(
      'The window is five minutes, and a refusal says nothing of the time.',
      'invalid_dpop_proof',
    ),
  },
}

export const MATRIX = Object.fromEntries(
  Object.entries(ROWS).map(([attack, row]) => {
    const columns = Object.entries(COLUMNS).map(([id, column]) => [id, column[attack as AttackId]])
    return [attack, { ...row, ...Object.fromEntries(columns) }]
  }),
) as Readonly<Record<AttackId, Readonly<Record<SchemeId, Expected>>>>

/** The same for every scheme, since it is decided before any scheme is asked. */
function every(code: string, why: string): Row {
  const same = stands(code, why)
  return {
    ...{ bearer: same, 'next-auth': same, 'first-published': same },
    ...{ 'profile-1': same, 'profile-2': same, cookie: same, dpop: same },
  }
}

function fallsFor(why: string): Row {
  const same = falls(why)
  return {
    ...{ bearer: same, 'next-auth': same, 'first-published': same },
    ...{ 'profile-1': same, 'profile-2': same, cookie: same, dpop: same },
  }
}

/** Without a session nobody is let in, with the middleware or past it. */
function notSkipped(): Row {
  const twice = 'The handler verifies again, whatever the middleware was told or did not see.'
  const itself = 'The handler verifies; nothing hangs on a middleware.'
  const ours = stands('ERR_TOKEN_MISSING', twice)
  return {
    bearer: stands('invalid_token', itself),
    'next-auth': stands('unauthenticated', itself),
    'first-published': stands('missing', itself),
    ...{ 'profile-1': ours, 'profile-2': ours, cookie: ours },
    dpop: stands('invalid_token', itself),
  }
}
