import type { Metadata, Viewport } from 'next'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { mono, sans } from './fonts'
import { SiteFooter, SiteHeader } from './ui/site'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'session-lock', template: '%s · session-lock' },
  description:
    'A session token that is worthless in any browser but the one it was issued to. Steal one, and watch it fail.',
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f9f6ef' },
    { media: '(prefers-color-scheme: dark)', color: '#12151c' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  // A document is made for its request, because its policy carries a nonce.
  await connection()
  return (
    <html lang="en" className={`${sans.variable} ${mono.variable}`}>
      <body className="mx-auto flex min-h-dvh max-w-5xl flex-col px-5 text-body sm:px-8">
        <SiteHeader />
        <main id="main" className="flex-1 py-8 sm:py-12">
          {children}
        </main>
        <SiteFooter />
      </body>
    </html>
  )
}
