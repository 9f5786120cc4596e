import { RECORDED } from '@/lib/lab/token-binding/recorded'
import type { Step } from '@/lib/lab/token-binding/story'

/** A run of the story, act by act. It says that it is recorded, and how to make one. */
export function RecordedRun() {
  const { command, date, node, openssl, steps } = RECORDED
  const acts = [...new Set(steps.map(({ act }) => act))]
  return (
    <section
      aria-labelledby="run-title"
      className="grid gap-6 border-t border-line pt-8"
      data-testid="recorded"
    >
      <div className="grid max-w-prose gap-3">
        <h2 id="run-title" className="text-lead font-medium">
          A run
        </h2>
        <p className="text-muted">
          Recorded on <time dateTime={date}>{date}</time>, with Node {node} and OpenSSL {openssl},
          before the production build of this application. Each line is a request that was made over
          TLS, and what came back. Run it yourself:
        </p>
        <p className="border border-line bg-raised px-4 py-3 font-mono text-small">{command}</p>
      </div>
      <div className="grid border-t border-line">
        {acts.map((act, i) => (
          <details key={act} open={i === 0} className="border-b border-line py-3">
            <summary className="font-medium">{act}</summary>
            <ol className="mt-3 border-t border-line">
              {scenesOf(steps.filter((step) => step.act === act)).map((scene) => (
                <SceneLine key={scene.title + scene.got} {...scene} />
              ))}
            </ol>
          </details>
        ))}
      </div>
    </section>
  )
}

interface SceneFacts {
  title: string
  got: string
  versions: string
}

function SceneLine({ title, got, versions }: SceneFacts) {
  return (
    <li className="grid items-baseline gap-x-6 gap-y-1 border-b border-line py-2 last:border-b-0 md:grid-cols-[3fr_2fr]">
      <span>{title}</span>
      <span className="grid grid-cols-[1fr_auto] items-baseline gap-x-4">
        <span className="font-mono text-small wrap-anywhere">{got}</span>
        <span className="text-small text-muted">{versions}</span>
      </span>
    </li>
  )
}

/** One line for a scene that came out alike over both versions. */
function scenesOf(steps: readonly Step[]): SceneFacts[] {
  const scenes = new Map<string, { title: string; got: string; numbers: string[] }>()
  for (const { title, got, version } of steps) {
    const key = `${title}\n${got}`
    const scene = scenes.get(key) ?? { title, got, numbers: [] }
    scene.numbers.push(version.replace('TLSv', ''))
    scenes.set(key, scene)
  }
  return [...scenes.values()].map(({ title, got, numbers }) => ({
    ...{ title, got, versions: `TLS ${numbers.join(' and ')}` },
  }))
}
