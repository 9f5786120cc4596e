import { NextResponse } from 'next/server'
import { seen } from './seen.js'

export function middleware(request) {
  const headers = new Headers(request.headers)
  headers.set('x-edge-saw', JSON.stringify(seen(request)))
  return NextResponse.next({ request: { headers } })
}

export const config = { matcher: '/api/:path*' }
