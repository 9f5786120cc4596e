import type { Exchange } from '@/lib/client/bound-fetch'

/** A request as a shell command (POSIX quoting). */
export function asCurl({ method, url, headers, body }: Exchange): string {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
  const lines = Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`)
  const data = body ? [`--data-binary ${quote(new TextDecoder().decode(body))}`] : []
  return [`curl -i -X ${method} ${quote(url)}`, ...lines, ...data].join(' \\\n  ')
}
