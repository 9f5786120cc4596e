/**
 * What may be asked without a session (protocol §7). Everything else under `/api` is protected,
 * whether it exists or not.
 */
const PUBLIC = new Map([
  ['/api/session', ['POST']],
  ['/api/session/challenge', ['*']],
  ['/api/session/pending', ['*']],
  ['/api/users', ['*']],
  ['/api/sample', ['*']],
  ['/api/health', ['*']],
  ['/api/internal/refusals', ['*']],
])

const PUBLIC_FOLDERS = [
  // next-auth, which says who somebody is and opens nothing.
  '/api/auth/',
  // The lab's schemes, some of them bearer on purpose, read nothing but their own sample. // lab
  '/api/lab/', // lab
]

/** Whether a path is under `/api`. */
export function isApi(pathname: string): boolean {
  return pathname === '/api' || pathname.startsWith('/api/')
}

/** Whether this request is answered without a session. */
export function isPublic(method: string, pathname: string): boolean {
  const methods = PUBLIC.get(pathname) ?? []
  return (
    methods.includes('*') ||
    methods.includes(method) ||
    PUBLIC_FOLDERS.some((folder) => pathname.startsWith(folder))
  )
}
