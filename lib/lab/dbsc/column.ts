import type { AttackId } from '../attacks'
import { falls, none, served, stands, type Expected } from '../expected'

/** What every attack comes to under DBSC. The key is the browser's; the cookie is everybody's. */

const BEARER = 'Until it runs out the cookie is a bearer: whoever sends it is the user.'
const ONLY_REFRESH = 'Requests carry the cookie alone; only a refresh is signed.'
const SEAL = 'The server’s seal covers the session and the end of the cookie.'
const FRONT = 'The front refuses the doubled header before anybody could read it in two ways.'
const ITSELF = 'The handler verifies; nothing hangs on a middleware.'
const NO_CLOCK = 'The proof covers a challenge of the server’s, and no time of the client’s.'

export const DBSC: Readonly<Record<AttackId, Expected>> = {
  'token-elsewhere': falls(BEARER),
  'own-key': falls('Within the cookie’s life no proof is asked for, so no key is looked at.'),
  'mixed-account': falls('Within the cookie’s life no proof is asked for, so no key is looked at.'),
  revoked: stands('session_ended', 'The session is looked up at every request.'),
  'replay-now': falls(BEARER),
  'replay-late': stands('cookie_expired', 'The cookie has run out, and the next takes the key.'),
  'race-2': falls(BEARER),
  'race-100': falls(BEARER),
  'other-url': falls(ONLY_REFRESH),
  'other-method': falls(ONLY_REFRESH),
  'other-query': falls(ONLY_REFRESH),
  'other-body': falls(ONLY_REFRESH),
  'payload-edited': stands('cookie_invalid', SEAL),
  'alg-none': stands('cookie_invalid', SEAL),
  'embedded-key': stands('cookie_invalid', SEAL),
  'as-bearer': stands('cookie_missing', 'A cookie is looked for, and nothing else is a cookie.'),
  'as-cookie': none('It is a cookie already.'),
  'other-profile': none('There is one form of it.'),
  'minted-inside': falls('A request that was captured is good until its cookie runs out.'),
  'minted-after': falls('No challenge is in the cookie; its own ten minutes are what limits it.'),
  'doubled-authorization': stands('ERR_TOKEN_MALFORMED', FRONT),
  'doubled-cookie': stands('ERR_TOKEN_MALFORMED', FRONT),
  'folded-header': stands(
    'ERR_INPUT',
    'A header that is folded over two lines is no HTTP any more, and is refused as such.',
  ),
  'overlong-header': stands(
    'cookie_invalid',
    'Nothing is cut off, and what is too long has no seal that fits.',
  ),
  'internal-headers': stands('cookie_missing', ITSELF),
  'path-tricks': stands('cookie_missing', ITSELF),
  'key-export': stands(
    'not extractable',
    'The key is the browser’s own: script has not even a handle.',
  ),
  'script-signs': falls(
    'Script in the page can use what the page can use, for as long as it runs.',
  ),
  'profile-copied': falls(
    'A software key lies in the profile on disk; only a key held by hardware would not.',
  ),
  relay: falls('Whoever holds the connection reads the cookie, and needs no more for a while.'),
  'clock-slow': served(NO_CLOCK),
  'clock-fast': served(NO_CLOCK),
}
