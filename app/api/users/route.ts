import { SessionLockError } from '@/lib/protocol/errors'
import { Credentials } from '@/lib/server/accounts'
import { parseJson, peerAddress } from '@/lib/server/http'
import { hashPassword } from '@/lib/server/passwords'
import { route } from '@/lib/server/route'
import { createUser } from '@/lib/server/stores/users'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  async POST({ request, body, server: { db, limiter }, now }) {
    const { username, password } = parseJson(await body(), Credentials)
    limiter.take('registration from an address', peerAddress(request.headers), now)
    const passwordHash = await hashPassword(password)
    const user = await createUser(db, { username, passwordHash, now })
    if (!user) throw new SessionLockError('ERR_USERNAME_TAKEN')
    return Response.json({ username: user.username }, { status: 201 })
  },
})
