import { windowsOf } from '@/lib/lab/servers/about'
import { route } from '@/lib/server/route'

/** What a deployment says of itself, so that no attack is run against a stranger. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  async GET({ server: { env } }) {
    const about = { app: 'session-lock', lab: 1, origin: env.APP_ORIGIN }
    return Response.json({ ...about, windows: windowsOf(env) })
  },
})
