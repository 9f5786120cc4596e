import { z } from 'zod'
import { SessionLockError } from '@/lib/protocol/errors'
import { parseJson, storableText } from '@/lib/server/http'
import { route } from '@/lib/server/route'
import { insertNote, listNotes } from '@/lib/server/stores/notes'
import { withSession } from '@/lib/server/with-session'

const NewNote = z.object({ text: storableText(1, 10_000) })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: withSession(async ({ server: { db }, session }) =>
    Response.json({ notes: await listNotes(db, session.sub) }),
  ),

  POST: withSession(async ({ body, server: { db }, session, now }) => {
    const { text } = parseJson(await body(), NewNote)
    const note = await insertNote(db, { userId: session.sub, text, now })
    if (!note) {
      throw new SessionLockError('ERR_INPUT', { detail: 'There is no room for more notes.' })
    }
    return Response.json(note, { status: 201 })
  }),
})
