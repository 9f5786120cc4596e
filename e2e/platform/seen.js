/** What of a request decides over a signature: the URL as given and as WHATWG reads it. */
export function seen(request) {
  const url = new URL(request.url)
  return {
    method: request.method,
    url: request.url,
    pathname: url.pathname,
    search: url.search,
    authorization: request.headers.get('authorization'),
    cookie: request.headers.get('cookie'),
    sessionLock: request.headers.get('session-lock'),
    origin: request.headers.get('origin'),
    forwardedFor: request.headers.get('x-forwarded-for'),
    middlewareSubrequest: request.headers.get('x-middleware-subrequest'),
    contentLength: request.headers.get('content-length'),
    host: request.headers.get('host'),
  }
}
