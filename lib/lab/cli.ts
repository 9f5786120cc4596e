import { parseArgs } from 'node:util'
import { ATTACK_IDS, ATTACKS, type AttackId } from './attacks'
import { isAsExpected, performAll, type Cell } from './perform'
import { SCHEME_IDS, type SchemeId } from './types'
import { createHttpWire, identify } from './wires/http'

/** `npm run attack`: the lab's attacks from a terminal, against any deployment of this application. */

const USAGE = `Usage: npm run attack -- --url http://localhost:3000 [--scheme NAME]… [--attack NAME]… [--json]

Schemes: ${SCHEME_IDS.join(', ')}
Attacks: ${ATTACK_IDS.join(', ')}

Token Binding needs a TLS terminator that the server trusts: it is performed where the environment has
the server's AUTH_SECRET, and skipped elsewhere.

Exit status: 0 where every cell turned out as the matrix has it, 1 where one did not, 2 where nothing
could be performed.`

const MARKS = { stands: '✓', falls: '✗', none: '–' } as const

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      url: { type: 'string' },
      scheme: { type: 'string', multiple: true },
      attack: { type: 'string', multiple: true },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  if (values.help || !values.url) throw new Error(USAGE)
  if (!/^https?:\/\/[^/]+\/?$/.test(values.url)) {
    throw new Error(`${values.url} is no address such as http://localhost:3000`)
  }
  const selection = {
    ...(values.scheme && { schemes: chosen(values.scheme, SCHEME_IDS, 'scheme') }),
    ...(values.attack && { attacks: chosen(values.attack, ATTACK_IDS, 'attack') }),
  }
  const wire = createHttpWire(values.url, await identify(values.url))
  const [secret] = process.env.AUTH_SECRET?.split(',') ?? []
  const cells: Cell[] = []
  for await (const cell of performAll(wire, selection, { secret })) {
    cells.push(cell)
    console.error(describe(cell))
  }
  console.log(values.json ? asJson(cells) : asTable(cells))
  return cells.every(isAsExpected) ? 0 : 1
}

function chosen<T extends string>(names: string[], known: readonly T[], kind: string): T[] {
  const unknown = names.find((name) => !known.includes(name as T))
  if (unknown) throw new Error(`There is no ${kind} ${unknown}. There are: ${known.join(', ')}`)
  return names as T[]
}

function describe(cell: Cell): string {
  const { scheme, attack, outcome, code, ms, skipped, reason } = cell
  const mark = isAsExpected(cell) ? ' ' : '!'
  const what = skipped ? `skipped: ${reason}` : (outcome ?? `not performed: ${reason}`)
  return `${mark} ${scheme.padEnd(15)} ${attack.padEnd(22)} ${what} ${code ?? ''} ${Math.round(ms)} ms`
}

function asJson(cells: readonly Cell[]): string {
  return JSON.stringify({ cells: cells.map((cell) => ({ ...cell, steps: undefined })) }, null, 2)
}

/** Attacks downwards, schemes across; ! where a cell turned out otherwise than the matrix has it. */
function asTable(cells: readonly Cell[]): string {
  const schemes = [...new Set(cells.map(({ scheme }) => scheme))]
  const attacks = [...new Set(cells.map(({ attack }) => attack))]
  const width = Math.max(...attacks.map((id) => ATTACKS[id].title.length)) + 2
  const markOf = (attack: AttackId, scheme: SchemeId) => {
    const cell = cells.find((one) => one.attack === attack && one.scheme === scheme)
    const mark = cell?.outcome ? MARKS[cell.outcome] : '·'
    return cell && !isAsExpected(cell) ? `${mark}!` : mark
  }
  const rows = attacks.map((attack) =>
    [
      ATTACKS[attack].title.padEnd(width),
      ...schemes.map((scheme) => markOf(attack, scheme).padEnd(scheme.length)),
    ].join('  '),
  )
  const unexpected = cells.filter((cell) => !isAsExpected(cell)).length
  return [
    [''.padEnd(width), ...schemes].join('  '),
    ...rows,
    '',
    `✓ stands  ✗ falls  – nothing to attack  · skipped  ! otherwise than expected: ${unexpected} of ${cells.length}`,
  ].join('\n')
}
