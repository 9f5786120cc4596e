import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { generateDocs } from './write-docs'

it('README and docs/attacks.md are what the matrix says (npm run lab:docs)', async () => {
  for (const [file, text] of Object.entries(await generateDocs(process.cwd()))) {
    expect(readFileSync(file, 'utf8') === text, file).toBe(true)
  }
})
