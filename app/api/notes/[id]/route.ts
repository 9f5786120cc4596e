import { SessionLockError } from '@/lib/protocol/errors'
import { pathId } from '@/lib/server/http'
import { route } from '@/lib/server/route'
import { deleteNote } from '@/lib/server/stores/notes'
import { withSession } from '@/lib/server/with-session'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  DELETE: withSession(async ({ params, server: { db }, session }) => {
    if (!(await deleteNote(db, session.sub, pathId(params.id)))) {
      throw new SessionLockError('ERR_NOT_FOUND')
    }
    return new Response(null, { status: 204 })
  }),
})
