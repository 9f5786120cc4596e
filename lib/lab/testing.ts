import type { IncomingMessage, ServerResponse } from 'node:http'
import { refuseAtEdge } from '@/lib/server/edge'
import { createFront } from '@/lib/server/front.mjs'
import { getServer } from '@/lib/server/server'
import { start } from '@/lib/server/start'

/**
 * The application in this process, without Next: the front, the edge and the very route handlers,
 * behind a socket of this machine, so that the attacks send the bytes that they always send.
 */

type RouteModule = Record<
  string,
  (
    request: Request,
    context: { params: Promise<Record<string, string | string[]>> },
  ) => Promise<Response>
>

const ROUTES: readonly (readonly [RegExp, () => Promise<unknown>])[] = [
  [/^\/api\/session\/challenge$/, () => import('@/app/api/session/challenge/route')],
  [/^\/api\/session$/, () => import('@/app/api/session/route')],
  [/^\/api\/notes$/, () => import('@/app/api/notes/route')],
  [/^\/api\/internal\/refusals$/, () => import('@/app/api/internal/refusals/route')],
  [/^\/api\/health$/, () => import('@/app/api/health/route')],
  [/^\/api\/lab\/about$/, () => import('@/app/(lab)/api/lab/about/route')],
  [/^\/api\/lab\/victims$/, () => import('@/app/(lab)/api/lab/victims/route')],
  [
    /^\/api\/lab\/token-binding\/(?<path>.+)$/,
    () => import('@/app/(lab)/api/lab/token-binding/[...path]/route'),
  ],
  [/^\/api\/lab\/dbsc\/(?<path>.+)$/, () => import('@/app/(lab)/api/lab/dbsc/[...path]/route')],
  [
    /^\/api\/lab\/(?<scheme>[^/]+)\/(?<path>.+)$/,
    () => import('@/app/(lab)/api/lab/[scheme]/[...path]/route'),
  ],
  [/^\/api(\/|$)/, () => import('@/app/api/[[...path]]/route')],
]

export interface Application {
  readonly address: string
  close(): Promise<void>
}

export async function startApplication(env: Record<string, string> = {}): Promise<Application> {
  const server = createFront((request, response) =>
    answer(request, response).catch((error: unknown) => response.destroy(error as Error)),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const address = `http://127.0.0.1:${port}`
  Object.assign(process.env, {
    AUTH_SECRET: 'a-secret-for-the-lab-of-32-bytes-or-more',
    APP_ORIGIN: address,
    DATABASE_URL: 'file::memory:',
    PORT: String(port),
    INTERNAL_ORIGIN: address,
    RATE_LIMIT: 'off',
    ...env,
  })
  await start()
  return { address, close: () => new Promise((resolve) => server.close(() => resolve())) }
}

/** How many rows there are, by table, when all is done. */
export async function countRows(): Promise<Record<string, number>> {
  await Promise.all(afterwards)
  const { db } = await getServer()
  const tables = ['users', 'sessions', 'notes', 'events', 'replay_claims'] as const
  const counts = tables.map(async (table) => {
    const rows = await db.selectFrom(table).selectAll().execute()
    return [table, rows.length] as const
  })
  return Object.fromEntries(await Promise.all(counts))
}

/** Work that goes on when an answer is out: the edge's reports. */
const afterwards = new Set<Promise<unknown>>()

async function answer(incoming: IncomingMessage, out: ServerResponse): Promise<void> {
  const response = await serve(incoming)
  out.writeHead(response.status, [...response.headers].flat())
  out.end(Buffer.from(await response.arrayBuffer()))
}

async function serve(incoming: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const { method = 'GET', url = '/' } = incoming
  const address = new URL(url, process.env.APP_ORIGIN)
  const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
    name,
    String(value),
  ])
  const body = chunks.length > 0 && method !== 'GET' ? { body: Buffer.concat(chunks) } : {}
  const request = new Request(address, { method, headers, ...body })
  if (!address.pathname.startsWith('/api')) return new Response(null, { status: 404 })
  const refusal = await refuseAtEdge(request.clone(), (work) => void afterwards.add(work))
  return refusal ?? handle(request, address.pathname)
}

async function handle(request: Request, pathname: string): Promise<Response> {
  for (const [pattern, load] of ROUTES) {
    const match = pathname.match(pattern)
    if (!match) continue
    const { path, ...params } = match.groups ?? {}
    const handler = ((await load()) as RouteModule)[request.method]!
    return handler(request, {
      params: Promise.resolve({ ...params, ...(path && { path: path.split('/') }) }),
    })
  }
  return new Response(null, { status: 404 })
}
