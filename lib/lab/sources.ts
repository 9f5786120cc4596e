import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ATTACK_IDS, type AttackId } from './attacks'

/** The source of each attack, read from the checkout that runs; none where it is not there. */
export function readSources(): Record<AttackId, { file: string; text: string } | undefined> {
  const index = read('index.ts') ?? ''
  const modules = new Map(
    [...index.matchAll(/import \* as (\w+) from '\.\/(\w+)'/g)].map(([, name, file]) => [
      name,
      file,
    ]),
  )
  const entries = ATTACK_IDS.map((id) => {
    const [, name = ''] = index.match(new RegExp(`\\b'?${id}'?: (\\w+)\\.`)) ?? []
    const file = `${modules.get(name)}.ts`
    const text = read(file)
    return [id, text && { file: `lib/lab/attacks/${file}`, text }] as const
  })
  return Object.fromEntries(entries) as ReturnType<typeof readSources>
}

function read(file: string): string | undefined {
  try {
    return readFileSync(join(process.cwd(), 'lib/lab/attacks', file), 'utf8')
  } catch {
    return undefined
  }
}
