import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { attacksPage, withMatrix } from './markdown'

/** The generated texts by file, as the repository keeps them. */
export async function generateDocs(root: string): Promise<Record<string, string>> {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const texts = { 'README.md': withMatrix(readme), 'docs/attacks.md': attacksPage() }
  const formatted = Object.entries(texts).map(async ([file, text]) => {
    const config = await resolveConfig(join(root, file))
    return [file, await format(text, { ...config, plugins: [], parser: 'markdown' })] as const
  })
  return Object.fromEntries(await Promise.all(formatted))
}

/** `npm run lab:docs` */
export async function writeDocs(root: string): Promise<void> {
  for (const [file, text] of Object.entries(await generateDocs(root))) {
    writeFileSync(join(root, file), text)
  }
}
