import { TIMELINE } from '@/lib/lab/token-binding/timeline'

/** How it came and went, with where that can be read. */
export function Timeline() {
  return (
    <section aria-labelledby="history-title" className="grid gap-4 border-t border-line pt-8">
      <h2 id="history-title" className="text-lead font-medium">
        How it came and went
      </h2>
      <ol className="grid">
        {TIMELINE.map(({ when, title, text, sources }) => (
          <li
            key={title}
            className="grid gap-x-6 border-l-2 border-line py-3 pl-5 sm:grid-cols-[8rem_1fr]"
          >
            <p className="font-mono text-small text-muted sm:pt-0.5">{when}</p>
            <div className="grid max-w-prose gap-1">
              <h3 className="font-medium">{title}</h3>
              <p className="text-muted">{text}</p>
              {sources.length > 0 && (
                <p className="flex flex-wrap gap-x-4 gap-y-1 text-small">
                  {sources.map(([label, href]) => (
                    <a key={href} href={href} className="text-accent underline" rel="noreferrer">
                      {label}
                    </a>
                  ))}
                </p>
              )}
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}
