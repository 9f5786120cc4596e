import { mkdtempSync, rmSync, writeFileSync, mkdirSync, symlinkSync, readFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'

const ROOT = join(import.meta.dirname, '..')

/** The client part (session client, bound fetch, key store with idb), minified, in bytes of brotli. */
export async function measureClient() {
  const bundle = await rolldown({
    input: join(ROOT, 'lib/client/session-client.ts'),
    external: ['react'],
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
  const [chunk] = output
  if (/\bjwtVerify\b|compactVerify/.test(chunk.code)) throw new Error('jose is in the client part')
  return brotliCompressSync(chunk.code).length
}

/** Bytes of gzip of all scripts that a page loads. @param {string} url */
export async function scriptBytes(url) {
  const html = await (await fetch(url)).text()
  const sources = new Set([...html.matchAll(/<script[^>]+src="([^"]+)"/g)].map(([, src]) => src))
  let total = 0
  for (const source of sources) {
    const script = await (await fetch(new URL(/** @type {string} */ (source), url))).arrayBuffer()
    total += gzipSync(new Uint8Array(script)).length
  }
  return total
}

/** The same for an application of the same Next with one empty page. */
export function emptyPageBytes() {
  // Inside the repository, so that its packages are found.
  mkdirSync(join(ROOT, '.next-bench'), { recursive: true })
  const folder = mkdtempSync(join(ROOT, '.next-bench/empty-'))
  try {
    mkdirSync(join(folder, 'app'))
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    writeFileSync(
      join(folder, 'next.config.mjs'),
      `export default { turbopack: { root: ${JSON.stringify(ROOT)} } }`,
    )
    writeFileSync(
      join(folder, 'app/layout.js'),
      'export default function Layout({ children }) { return <html><body>{children}</body></html> }',
    )
    writeFileSync(
      join(folder, 'app/page.js'),
      'export default function Page() { return <p>empty</p> }',
    )
    writeFileSync(join(folder, 'instrumentation.js'), 'export function register() {}')
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    const next = join(ROOT, 'node_modules/next/dist/bin/next')
    const env = {
      ...process.env,
      NODE_ENV: /** @type {const} */ ('production'),
      NEXT_TELEMETRY_DISABLED: '1',
    }
    execFileSync(process.execPath, [next, 'build', folder], { env, stdio: 'pipe' })
    const html = readFileSync(join(folder, '.next/server/app/index.html'), 'utf8')
    const sources = new Set(
      [...html.matchAll(/<script[^>]+src="\/_next\/([^"]+)"/g)].map(([, s]) => s),
    )
    let total = 0
    for (const source of sources) {
      total += gzipSync(readFileSync(join(folder, '.next', /** @type {string} */ (source)))).length
    }
    return total
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
