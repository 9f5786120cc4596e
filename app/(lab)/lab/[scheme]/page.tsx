import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import costs from '@/lib/lab/costs.json'
import type { Cost } from '@/lib/lab/costs'
import { SCHEME_INFO } from '@/lib/lab/schemes/info'
import { readSources } from '@/lib/lab/sources'
import { isBrowserScheme, SCHEME_IDS, type SchemeId } from '@/lib/lab/types'
import { Mark } from '../mark'
import { Matrix } from '../matrix'
import { COLUMNS, ROWS } from '../rows'
import { InThisBrowser } from './dbsc/in-this-browser'
import { OwnVictim } from './own-victim'

type Params = { params: Promise<{ scheme: string }> }

async function find({ params }: Params): Promise<SchemeId> {
  const { scheme } = await params
  const id = SCHEME_IDS.find((one) => one === scheme)
  return id ?? notFound()
}

export async function generateMetadata(params: Params): Promise<Metadata> {
  const { name, what } = SCHEME_INFO[await find(params)]
  return { title: `${name} in the lab`, description: what }
}

/** One scheme: what it is, what it costs, what it does not stop, and its column. */
export default async function SchemePage(params: Params) {
  const id = await find(params)
  const info = SCHEME_INFO[id]
  const column = COLUMNS.find((one) => one.id === id)!
  const falls = ROWS.filter(({ cells }) => cells[id].outcome === 'falls')
  return (
    <div className="grid gap-10">
      <header className="grid max-w-prose gap-3">
        <p className="text-small">
          <Link href="/lab" className="text-accent underline">
            The lab
          </Link>
        </p>
        <h1 className="text-title font-medium">{info.name}</h1>
        <p className="text-lead text-muted">{info.what}</p>
      </header>

      <dl className="grid gap-5 border-t border-line pt-6">
        <Fact name="Who holds the key">{info.keyHolder}</Fact>
        <Fact name="What a proof covers">{info.covers}</Fact>
        <Fact name="What a request costs">{info.costs}</Fact>
        <Measured scheme={id} />
        <Fact name="Specified in">
          {info.specifications.map(({ name, url }, i) => (
            <span key={name}>
              {i > 0 && ', '}
              {url ? (
                <a href={url} className="text-accent underline">
                  {name}
                </a>
              ) : (
                name
              )}
            </span>
          ))}
        </Fact>
        <Fact name="Stands">
          {column.stands} of {column.of} attacks
        </Fact>
      </dl>

      {id === 'dbsc' && <InThisBrowser />}

      <section className="grid gap-3" aria-labelledby="falls">
        <h2 id="falls" className="text-lead font-medium">
          What it does not stop
        </h2>
        <ul className="border-t border-line">
          {falls.map(({ id: attack, title, cells }) => (
            <li key={attack} className="grid gap-x-6 border-b border-line py-2 sm:grid-cols-2">
              <span className="font-medium">{title}</span>
              <span className="text-muted">{cells[id].why}</span>
            </li>
          ))}
        </ul>
      </section>

      {!isBrowserScheme(id) && <OwnVictim scheme={id} />}

      <section className="grid gap-6" aria-labelledby="column">
        <h2 id="column" className="flex flex-wrap items-baseline gap-3 text-lead font-medium">
          Its column <Mark outcome="stands" /> <Mark outcome="falls" />
        </h2>
        <Matrix rows={ROWS} columns={[column]} sources={readSources()} />
      </section>
    </div>
  )
}

/** Recorded, and said to be; beside the bearer token of the same run. */
function Measured({ scheme }: { scheme: SchemeId }) {
  const all: Partial<Record<SchemeId, Cost>> = costs.schemes
  const [own, bearer] = [all[scheme], all.bearer]
  if (!own || !bearer) return null
  return (
    <Fact name="Measured">
      {own.bytes} bytes more a request (bearer: {bearer.bytes}); the proof made in {own.proveMs} ms;
      answered in {own.answerMs} ms (bearer: {bearer.answerMs} ms).{' '}
      <span className="text-muted">
        Recorded on {costs.measuredAt} with <code>npm run lab:costs</code>: {costs.on}.
      </span>
    </Fact>
  )
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="grid gap-x-6 sm:grid-cols-[12rem_minmax(0,1fr)]">
      <dt className="text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
