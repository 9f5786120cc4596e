import type { Metadata } from 'next'
import { readSources } from '@/lib/lab/sources'
import { HowItWorks } from '@/app/ui/how-it-works'
import { Mark } from './mark'
import { Matrix } from './matrix'
import { COLUMNS, ROWS } from './rows'

export const metadata: Metadata = {
  title: 'The lab',
  description:
    'Every way to hold a session against every attack on it, performed and not asserted.',
}

export default function LabPage() {
  return (
    <div className="grid gap-10">
      <header className="grid max-w-prose gap-3">
        <h1 className="text-title font-medium">Who falls, who stands</h1>
        <p className="text-muted">
          Each column is a way to hold a session, each row an attack. This server really issues and
          really verifies all of them; nothing here is asserted that is not performed. Open a cell
          to see the bytes.
        </p>
        <p className="flex flex-wrap gap-4 text-small">
          <Mark outcome="stands" />
          <Mark outcome="falls" />
          <Mark outcome="none" />
        </p>
      </header>
      <Matrix rows={ROWS} columns={COLUMNS} sources={readSources()} />
      <HowItWorks files={['lib/lab/matrix.ts', 'lib/lab/attacks/index.ts', 'lib/lab/run.ts']}>
        <p>
          An attack is a function that sends real requests over sockets of its own. The server
          performs it against itself, on victims that the lab has made and takes away again;
          nobody’s session is touched. From a terminal: <code>npm run attack</code>.
        </p>
        <p>
          What each cell must come to stands in one file. The tests perform every cell of it, some
          of them in real browsers, and the build fails where one turns out otherwise.
        </p>
      </HowItWorks>
    </div>
  )
}
