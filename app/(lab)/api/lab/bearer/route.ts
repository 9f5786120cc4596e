import { issueBearer, SAMPLE, verifyBearer } from '@/lib/lab/bearer'
import { route } from '@/lib/server/route'

/** The bearer control: it exists for the comparison alone, and reads nothing but its own sample. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  async POST({ server: { env }, now }) {
    const token = await issueBearer(env.AUTH_SECRET[0]!, now)
    return Response.json({ token }, { status: 201 })
  },

  async GET({ request, server: { env }, now }) {
    await verifyBearer(request, env.AUTH_SECRET[0]!, now)
    return Response.json(SAMPLE)
  },
})
