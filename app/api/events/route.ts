import { streamEvents } from '@/lib/server/event-stream'
import { route } from '@/lib/server/route'
import { withSession } from '@/lib/server/with-session'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: withSession(async (call) => streamEvents(call)),
})
