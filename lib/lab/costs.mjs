import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { withBundle } from '../cli/bundle.mjs'

/** `npm run lab:costs -- http://localhost:3000` */
const [address = 'http://localhost:3000'] = process.argv.slice(2)
await withBundle('lib/lab/costs.ts', async (file) => {
  const { writeCosts } = await import(pathToFileURL(file).href)
  await writeCosts(address, join(import.meta.dirname, 'costs.json'))
})
