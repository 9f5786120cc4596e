import { ATTACK_IDS, ATTACKS } from './attacks'
import { MATRIX, type Outcome } from './matrix'
import { SCHEME_INFO } from './schemes/info'
import { GROUPS, SCHEME_IDS, type Attack } from './types'

/** The matrix as Markdown: the README's table and `docs/attacks.md`, written and never edited. */

const MARKS: Record<Outcome, string> = { stands: '✓', falls: '✗ falls', none: '–' }

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

/** Attacks downwards, schemes across. */
export function matrixTable(): string {
  const heads = SCHEME_IDS.map((id) => SCHEME_INFO[id].short)
  const rows = ATTACK_IDS.map((id) =>
    row([ATTACKS[id].title, ...SCHEME_IDS.map((scheme) => MARKS[MATRIX[id][scheme].outcome])]),
  )
  return [row(['', ...heads]), row(['---', ...heads.map(() => ':-:')]), ...rows].join('\n')
}

/** The page: each attack with its story, and every cell's reason. */
export function attacksPage(): string {
  const sections = GROUPS.flatMap((group) => {
    const ids = ATTACK_IDS.filter((id) => ATTACKS[id].group === group)
    return [`## ${group[0]!.toUpperCase()}${group.slice(1)}`, ...ids.map(attackSection)]
  })
  const schemes = SCHEME_IDS.map((id) => `- **${SCHEME_INFO[id].name}**. ${SCHEME_INFO[id].what}`)
  return `# Every attack on every scheme

Written by \`npm run lab:docs\` out of [\`lib/lab/matrix.ts\`](../lib/lab/matrix.ts), which the tests perform cell by cell: in process, over HTTP against the production build, and in real browsers where it takes one.

${schemes.join('\n')}

${sections.join('\n\n')}
`
}

function attackSection(id: (typeof ATTACK_IDS)[number]): string {
  const { title, story, needs }: Attack = ATTACKS[id]
  const rows = SCHEME_IDS.map((scheme) => {
    const { outcome, code, why } = MATRIX[id][scheme]
    return row([SCHEME_INFO[scheme].name, MARKS[outcome], code ? `\`${code}\`` : '', why])
  })
  const where = needs ? ` Over plain HTTP it needs ${needs}.` : ''
  return `### ${title}

${story}${where}

${[row(['scheme', '', 'code', 'why']), row(['---', ':-:', '---', '---']), ...rows].join('\n')}`
}

const BEGIN = '<!-- lab:matrix -->'
const END = '<!-- /lab:matrix -->'

/** The README with its table replaced; everything else stays as it is. */
export function withMatrix(readme: string): string {
  const [before, rest] = readme.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`the README has no ${BEGIN}`)
  return `${before}${BEGIN}\n\n${matrixTable()}\n\n${END}${after}`
}
