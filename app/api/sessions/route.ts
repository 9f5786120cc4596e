import { route } from '@/lib/server/route'
import { listSessions } from '@/lib/server/stores/sessions'
import { withSession } from '@/lib/server/with-session'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: withSession(async ({ server: { db }, session, now }) => {
    const rows = await listSessions(db, session.sub, now)
    const sessions = rows.map((row) => ({ ...row, current: row.sid === session.sid }))
    return Response.json({ sessions })
  }),
})
