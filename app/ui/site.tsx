import Link from 'next/link'

const PAGES = [
  ['/vault', 'Vault'],
  ['/sessions', 'Sessions'],
  ['/hijack', 'Hijack'], // lab
  ['/lab', 'Lab'], // lab
] as const

export function SiteHeader() {
  return (
    <header className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-2 border-b border-line py-5">
      <a href="#main" className="sr-only focus:not-sr-only">
        Skip to the content
      </a>
      <Link href="/" className="font-mono font-medium tracking-tight">
        session-lock
      </Link>
      <nav aria-label="Pages" className="flex gap-6">
        {PAGES.map(([href, name]) => (
          <Link
            key={href}
            href={href}
            className="text-muted underline-offset-4 hover:text-ink hover:underline"
          >
            {name}
          </Link>
        ))}
      </nav>
    </header>
  )
}

export function SiteFooter() {
  return (
    <footer className="border-t border-line py-6 text-small text-muted">
      <p className="max-w-prose">
        It protects against stolen tokens, not against everything: script in the page can use the
        key while it runs, malware that reads the browser’s profile can take it, and a man in the
        middle can relay a request.
      </p>
    </footer>
  )
}
