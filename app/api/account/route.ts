import { SessionLockError } from '@/lib/protocol/errors'
import { Credentials } from '@/lib/server/accounts'
import { parseJson } from '@/lib/server/http'
import { hashPassword } from '@/lib/server/passwords'
import { route } from '@/lib/server/route'
import { keepGuest } from '@/lib/server/stores/users'
import { withSession } from '@/lib/server/with-session'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  /** A guest keeps the account. */
  POST: withSession(async ({ body, server: { db }, session }) => {
    const { username, password } = parseJson(await body(), Credentials)
    const passwordHash = await hashPassword(password)
    const outcome = await keepGuest(db, { id: session.sub, username, passwordHash })
    if (outcome === 'taken') throw new SessionLockError('ERR_USERNAME_TAKEN')
    if (outcome === 'no guest') {
      throw new SessionLockError('ERR_INPUT', { detail: 'This account has a name already.' })
    }
    return new Response(null, { status: 204 })
  }),
})
