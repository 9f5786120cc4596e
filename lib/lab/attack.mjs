import { pathToFileURL } from 'node:url'
import { withBundle } from '../cli/bundle.mjs'

/** `npm run attack`: `cli.ts`, bundled and run. */
await withBundle('lib/lab/cli.ts', (file) => import(pathToFileURL(file).href))
