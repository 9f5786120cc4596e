import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'

const ROOT = join(import.meta.dirname, '../..')

/**
 * Bundles a TypeScript program of ours, packages left out, for a Node that reads no TypeScript.
 *
 * @template T
 * @param {string} input the program's path, from the root
 * @param {(file: string) => Promise<T>} work what to do with the bundle, which is gone afterwards
 */
export async function withBundle(input, work) {
  // Inside the repository, so that packages are found.
  const folder = mkdtempSync(join(ROOT, 'node_modules/.bundle-'))
  try {
    const bundle = await rolldown({
      input: join(ROOT, input),
      platform: 'node',
      external: /^(?!@\/)[\w@]/,
      resolve: { alias: { '@': ROOT } },
    })
    const file = join(folder, 'program.mjs')
    await bundle.write({ file, format: 'esm' })
    return await work(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
