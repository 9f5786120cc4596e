import { issueEnrolmentChallenge } from '@/lib/protocol/challenge'
import { peerAddress } from '@/lib/server/http'
import { route } from '@/lib/server/route'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  async GET({ request, server: { lock, limiter }, now }) {
    limiter.take('enrolment challenges to an address', peerAddress(request.headers), now)
    const challenge = await issueEnrolmentChallenge(lock.origin, lock.keySets, now)
    return Response.json({ challenge, serverTime: now })
  },
})
