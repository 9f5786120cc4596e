/** A locked token in its five coloured parts, as it travels and decoded. */

const PARTS = [
  { name: 'header', color: 'text-part-header', by: 'which algorithm, which key of the server' },
  { name: 'payload', color: 'text-part-payload', by: 'who, until when, and bound to which key' },
  { name: 'server signature', color: 'text-part-server', by: 'the server: it issued this token' },
  { name: 'timestamp', color: 'text-part-time', by: 'when this one request was signed' },
  {
    name: 'client signature',
    color: 'text-part-client',
    by: 'this browser’s key: made anew for each request',
  },
] as const

export function LockedToken({ token, isFolded }: { token: string; isFolded?: boolean }) {
  const parts = token.split('.')
  const decoded = (
    <dl className="mt-5 grid gap-5">
      {PARTS.map(({ name, color }, i) => (
        <div key={name} className="grid gap-1 sm:grid-cols-[9rem_minmax(0,1fr)] sm:gap-4">
          <dt className={`font-medium ${color}`}>{name}</dt>
          <dd className="min-w-0">
            <pre className="font-mono text-small break-all whitespace-pre-wrap">
              {decode(i, parts[i] ?? '')}
            </pre>
          </dd>
        </div>
      ))}
    </dl>
  )
  return (
    <div>
      <p
        className="border border-line bg-raised p-4 font-mono text-small break-all"
        data-testid="locked-token"
      >
        {parts.map((part, i) => (
          <span key={i}>
            {i > 0 && <span className="text-muted">.</span>}
            <span className={PARTS[i]?.color ?? ''}>{part}</span>
          </span>
        ))}
      </p>
      <ul
        className="mt-3 grid gap-x-6 gap-y-1 text-small sm:grid-cols-2"
        aria-label="The five parts"
      >
        {PARTS.map(({ name, color, by }) => (
          <li key={name}>
            <span className={`font-medium ${color}`}>{name}</span>{' '}
            <span className="text-muted">{by}</span>
          </li>
        ))}
      </ul>
      {isFolded ? (
        <details className="mt-4">
          <summary className="text-muted">Decoded</summary>
          {decoded}
        </details>
      ) : (
        decoded
      )}
    </div>
  )
}

/** A part as people read it. */
function decode(index: number, part: string): string {
  if (index <= 1) return decodeJson(part)
  if (index === 3) return new Date(Number(part)).toISOString()
  return index === 2 ? 'HMAC-SHA-256, 32 bytes' : 'ECDSA P-256 with SHA-256, 64 bytes (r‖s)'
}

function decodeJson(part: string): string {
  const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'))
  const text = new TextDecoder().decode(Uint8Array.from(binary, (c) => c.charCodeAt(0)))
  return JSON.stringify(JSON.parse(text), null, 2)
}
