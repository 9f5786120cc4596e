import { answerScheme } from '@/lib/lab/servers/answer'
import { route } from '@/lib/server/route'

/** The lab's own schemes. They read nothing but their own sample. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: answerScheme,
  POST: answerScheme,
  PUT: answerScheme,
  PATCH: answerScheme,
  DELETE: answerScheme,
})
