/**
 * The target URI as both sides compute it: the origin, the path as WHATWG serialises it, and the
 * query re-serialised and sorted.
 *
 * A framework may re-encode a query and regroup its names on the way to a handler (Next does, and it
 * drops `_rsc` at the edge), so the raw text cannot be what is signed. Sorting is stable: the order
 * of equal names still counts.
 *
 * @param url where the request goes; its origin is not looked at
 * @param origin the one origin that target URIs are signed for, such as `https://app.example`
 *
 * @example
 * targetUri('http://localhost:3000/api/notes?b=2&a=1', 'http://localhost:3000')
 * // 'http://localhost:3000/api/notes?a=1&b=2'
 */
export function targetUri(url: string | URL, origin: string): string {
  const { pathname, search } = new URL(url)
  if (search === '') return origin + pathname
  const query = new URLSearchParams(search)
  query.delete('_rsc')
  query.sort()
  const text = query.toString()
  return text === '' ? origin + pathname : `${origin}${pathname}?${text}`
}
