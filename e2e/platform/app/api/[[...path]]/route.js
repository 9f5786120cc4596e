import { seen } from '../../../seen.js'

/** Answers with what the handler saw, and with what the edge saw before it (a header it set). */
async function echo(request) {
  const body = new Uint8Array(await request.arrayBuffer())
  return Response.json({
    edge: JSON.parse(request.headers.get('x-edge-saw') ?? 'null'),
    handler: seen(request),
    bodyLength: body.length,
  })
}

export {
  echo as GET,
  echo as HEAD,
  echo as POST,
  echo as PUT,
  echo as PATCH,
  echo as DELETE,
  echo as OPTIONS,
}
