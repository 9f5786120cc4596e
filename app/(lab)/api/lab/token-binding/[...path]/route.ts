import { answerTokenBinding } from '@/lib/lab/token-binding/server'
import { route } from '@/lib/server/route'

/** What a Token Binding protects. It opens to nobody who does not come through the terminator. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: answerTokenBinding,
  POST: answerTokenBinding,
  PUT: answerTokenBinding,
  PATCH: answerTokenBinding,
  DELETE: answerTokenBinding,
})
