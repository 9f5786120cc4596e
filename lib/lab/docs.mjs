import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { withBundle } from '../cli/bundle.mjs'

/** `npm run lab:docs`: writes the matrix into the README and `docs/attacks.md`. */
await withBundle('lib/lab/write-docs.ts', async (file) => {
  const { writeDocs } = await import(pathToFileURL(file).href)
  await writeDocs(join(import.meta.dirname, '../..'))
})
