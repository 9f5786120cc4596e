import { answerDbsc } from '@/lib/lab/dbsc/answer'
import { route } from '@/lib/server/route'

/** Device Bound Session Credentials. The session that they carry reads nothing but the lab's sample. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: answerDbsc,
  POST: answerDbsc,
  PUT: answerDbsc,
  PATCH: answerDbsc,
  DELETE: answerDbsc,
})
