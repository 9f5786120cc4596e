import { pathId } from '@/lib/server/http'
import { route } from '@/lib/server/route'
import { signOut } from '@/lib/server/sign-out'
import { withSession } from '@/lib/server/with-session'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  DELETE: withSession((call) => signOut(call, pathId(call.params.sid))),
})
