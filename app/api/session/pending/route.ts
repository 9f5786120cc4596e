import { verifyEnrolment } from '@/lib/protocol/enrolment'
import { HEADER } from '@/lib/protocol/types'
import { route } from '@/lib/server/route'
import { pendingCookie } from '@/lib/server/tickets'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  /** Seals the thumbprint of a pending key, before the browser leaves for a provider. */
  async POST({ request, body, server: { lock, replay }, now }) {
    const jws = request.headers.get(HEADER.enrolment)
    const { jkt } = await verifyEnrolment(jws, await body(), { lock, replay, now })
    const cookie = await pendingCookie(jkt, lock.origin, lock.keySets, now)
    return new Response(null, { status: 204, headers: { 'Set-Cookie': cookie } })
  },
})
