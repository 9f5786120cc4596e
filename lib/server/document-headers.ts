/** What every document carries: a strict Content Security Policy and the usual security headers. */

/** A Content Security Policy (Level 3) under which nothing runs that this response did not name. */
export function contentSecurityPolicy(nonce: string, isHttps: boolean): string {
  return [
    `default-src 'self'`,
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' data:`,
    `font-src 'self'`,
    `connect-src 'self'`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
    ...(isHttps ? ['upgrade-insecure-requests'] : []),
  ].join('; ')
}

/** The other headers of a document of this origin. */
export function securityHeaders(origin: string): Record<string, string> {
  return {
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=()',
    ...(keepsHttps(origin) && {
      'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
    }),
  }
}

/** On localhost the promise would outlive the demo, and shut out every other project of that name. */
function keepsHttps(origin: string): boolean {
  return origin.startsWith('https:') && !/^https:\/\/(localhost|127\.0\.0\.1)(:|$)/.test(origin)
}
