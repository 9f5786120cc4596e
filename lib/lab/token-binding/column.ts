import type { AttackId } from '../attacks'
import { falls, none, served, stands, type Expected } from '../expected'

/** What every attack comes to under Token Binding. It binds the connection, and not the request. */

const NO_BINDING = 'The cookie alone comes with no binding, and a missing one is a refusal.'
const ANOTHER_ID = 'The binding is by another key, and the cookie is bound to the ID of the first.'
const ANOTHER_CONNECTION = 'What was signed is keying material of another connection.'
const OPAQUE = 'The cookie is random bytes and no token.'
const ONE_FORM = 'There is one form of it.'
const GATE = 'The terminator lets nothing through without a binding.'
const NO_TIME = 'No time is signed, so no clock can be wrong.'

export const TOKEN_BINDING: Readonly<Record<AttackId, Expected>> = {
  'token-elsewhere': stands('ERR_PROOF_MISSING', NO_BINDING),
  'own-key': stands('ERR_PROOF_INVALID', ANOTHER_ID),
  'mixed-account': stands('ERR_PROOF_INVALID', ANOTHER_ID),
  revoked: stands('ERR_SESSION_REVOKED', 'The session is looked up at every request.'),
  'replay-now': stands('ERR_PROOF_INVALID', ANOTHER_CONNECTION),
  'replay-late': stands('ERR_PROOF_INVALID', ANOTHER_CONNECTION),
  'race-2': stands('ERR_PROOF_INVALID', ANOTHER_CONNECTION),
  'race-100': stands('ERR_PROOF_INVALID', ANOTHER_CONNECTION),
  'other-url': stands('ERR_PROOF_INVALID', ANOTHER_CONNECTION),
  'other-method': stands('ERR_PROOF_INVALID', ANOTHER_CONNECTION),
  'other-query': stands('ERR_PROOF_INVALID', ANOTHER_CONNECTION),
  'other-body': stands('ERR_PROOF_INVALID', ANOTHER_CONNECTION),
  'payload-edited': stands(
    'ERR_SESSION_REVOKED',
    'The value names a session, or none; another names none.',
  ),
  'alg-none': stands('ERR_TOKEN_MALFORMED', OPAQUE),
  'embedded-key': stands('ERR_TOKEN_MALFORMED', OPAQUE),
  'as-bearer': none(ONE_FORM),
  'as-cookie': none('It is a cookie already.'),
  'other-profile': none(ONE_FORM),
  'minted-inside': stands('ERR_PROOF_INVALID', ANOTHER_CONNECTION),
  'minted-after': stands('ERR_PROOF_INVALID', ANOTHER_CONNECTION),
  'doubled-authorization': stands(
    'ERR_TOKEN_MALFORMED',
    'The terminator refuses the doubled header.',
  ),
  'doubled-cookie': stands('ERR_TOKEN_MALFORMED', 'The terminator refuses the doubled header.'),
  'folded-header': stands(
    'ERR_INPUT',
    'A header that is folded over two lines is no HTTP any more.',
  ),
  'overlong-header': stands('ERR_PROOF_MISSING', GATE),
  'internal-headers': stands('ERR_PROOF_MISSING', GATE),
  'path-tricks': stands('ERR_PROOF_MISSING', GATE),
  'key-export': stands(
    'not extractable',
    'The key is below every page; here a Node key that is not exported.',
  ),
  'script-signs': falls('Whoever has the client send is served, on the client’s own connections.'),
  'profile-copied': falls(
    'A software key lies in the profile on disk; only one held by hardware would not.',
  ),
  relay: stands(
    'ERR_PROOF_INVALID',
    'Each leg has its own keying material, and what was signed for one fits no other.',
  ),
  'clock-slow': served(NO_TIME),
  'clock-fast': served(NO_TIME),
}
