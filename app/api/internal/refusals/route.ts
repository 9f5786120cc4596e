import { openReport } from '@/lib/server/refusal-report'
import { recordRefusal } from '@/lib/server/refusals'
import { route } from '@/lib/server/route'

/** Where the edge, which holds no store, reports what it refused. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  async POST({ request, body, server, now }) {
    const report = await openReport(request, await body(), server.lock.keySets, now)
    await recordRefusal(server, report)
    return new Response(null, { status: 204 })
  },
})
