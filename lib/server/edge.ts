import { SessionLockError } from '@/lib/protocol/errors'
import { createLock, verifyRequest, type Lock } from '@/lib/protocol/verify'
import { isPublic } from './endpoints'
import { lockOptions, readEnv, type Env } from './env'
import { assertDeclaredLength, assertOrigin, finish } from './http'
import { processWide } from './process-wide'
import { signReport } from './refusal-report'
import { describeRefusal } from './refusals'

/** Reports at once: a flood of refusals must not become one of reports. */
const MOST_UNDER_WAY = 64
const REPORT_TIMEOUT_MS = 5000
let underWay = 0

/** The edge's half of the server: no store, no Node, the same verifier. */
interface Edge {
  readonly env: Env
  readonly lock: Lock
}

function getEdge(): Promise<Edge> {
  return processWide('edge', async () => {
    const env = readEnv(process.env)
    return { env, lock: await createLock(lockOptions(env)) }
  })
}

/**
 * Judges a request under `/api` by what needs no store. Resolves with the refusal, or with
 * `undefined` to let it pass; passing proves nothing to the handler.
 *
 * @param afterwards takes work that goes on when the answer is out
 */
export async function refuseAtEdge(
  request: Request,
  afterwards: (work: Promise<unknown>) => void,
): Promise<Response | undefined> {
  const { env, lock } = await getEdge()
  const now = Date.now()
  try {
    assertOrigin(request, lock.origin)
    if (!isPublic(request.method, new URL(request.url).pathname)) {
      await verifyRequest(request, { lock, now })
    }
    assertDeclaredLength(request, env.MAX_BODY_BYTES)
    return undefined
  } catch (error) {
    if (!(error instanceof SessionLockError)) throw error
    if (error.status === 401) afterwards(report(error, request, { env, lock }, now))
    return finish(error.toResponse(now), lock, now)
  }
}

async function report(
  error: SessionLockError,
  request: Request,
  { env, lock }: Edge,
  now: number,
): Promise<void> {
  const refusal = await describeRefusal(error, request, lock.origin, now)
  if (!refusal || underWay >= MOST_UNDER_WAY) return
  underWay++
  try {
    const signal = AbortSignal.timeout(REPORT_TIMEOUT_MS)
    const signed = await signReport(refusal, env.INTERNAL_ORIGIN, lock.keySets)
    const { status } = await fetch(signed, { signal })
    if (status !== 204) console.error(`A refusal could not be reported: ${status}`)
  } catch (cause) {
    console.error('A refusal could not be reported:', cause)
  } finally {
    underWay--
  }
}
