import { answerNextAuth } from '@/lib/server/next-auth'
import { route } from '@/lib/server/route'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: answerNextAuth,
  POST: answerNextAuth,
})
