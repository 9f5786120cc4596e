import { route } from '@/lib/server/route'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  async GET({ server: { sessions, db } }) {
    const claims = db.selectFrom('replay_claims').select('id').limit(1)
    const stores = {
      sessions: await answers(sessions.find('')),
      replay: await answers(claims.execute()),
    }
    const isHealthy = Object.values(stores).every(Boolean)
    const body = { app: 'session-lock', status: isHealthy ? 'ok' : 'unavailable', stores }
    return Response.json(body, { status: isHealthy ? 200 : 503 })
  },
})

function answers(question: Promise<unknown>): Promise<boolean> {
  return question.then(
    () => true,
    () => false,
  )
}
