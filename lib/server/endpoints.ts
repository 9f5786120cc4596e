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

/**
 * next-auth, which says who somebody is and opens nothing; and the lab's controls, which are bearer
 * on purpose and read nothing but their own sample.
 */
const PUBLIC_FOLDERS = ['/api/auth/', '/api/lab/']

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
