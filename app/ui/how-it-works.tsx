import type { ReactNode } from 'react'

/** Folded: how it works, and the very files that it runs. */
export function HowItWorks({ files, children }: { files: readonly string[]; children: ReactNode }) {
  return (
    <details className="border-t border-line pt-6">
      <summary className="font-medium">How it works</summary>
      <div className="mt-3 grid max-w-prose gap-3 text-muted">{children}</div>
      <ul className="mt-4 flex flex-wrap gap-x-5 gap-y-1 text-small" aria-label="Source files">
        {files.map((file) => (
          <li key={file} className="font-mono">
            {SOURCE ? (
              <a className="text-accent underline" href={`${SOURCE}/${file}`}>
                {file}
              </a>
            ) : (
              file
            )}
          </li>
        ))}
      </ul>
    </details>
  )
}

/** Where the source is read; a fork names its own. Without it the files are named and not linked. */
const SOURCE = process.env.NEXT_PUBLIC_SOURCE_URL
