import { makeVictim, removeVictim } from '@/lib/lab/servers/victims'
import { route } from '@/lib/server/route'

/** The people that the lab robs are its own: it makes them, and takes them away again. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: makeVictim,
  DELETE: removeVictim,
})
