import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The production build that `npm run demo` and the lab start. */

const ROOT = join(import.meta.dirname, '../..')
const BUILD_ID = join(ROOT, '.next/BUILD_ID')
const BUILT_FROM = join(ROOT, '.next/built-from')
const SOURCES = [
  ...['app', 'lib', 'public', 'middleware.ts', 'instrumentation.ts'],
  ...['next.config.mjs', 'postcss.config.mjs', 'tsconfig.json', 'package-lock.json'],
]

/** @param {string} path @returns {string[]} the files at or below it, those of tests left out */
function filesBelow(path) {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return /\.test\.tsx?$/.test(path) ? [] : [path]
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)))
}

function hashSources() {
  const hash = createHash('sha256')
  for (const file of SOURCES.flatMap((source) => filesBelow(join(ROOT, source)))) {
    hash
      .update(`${file.slice(ROOT.length)}\0`)
      .update(readFileSync(file))
      .update('\0')
  }
  return hash.digest('hex')
}

/** Builds the application, unless what is built is of these very sources. */
export function buildIfChanged() {
  const sources = hashSources()
  const isBuilt = existsSync(BUILD_ID) && existsSync(BUILT_FROM)
  if (isBuilt && readFileSync(BUILT_FROM, 'utf8') === sources) return
  console.log('Building, about half a minute …')
  const next = join(ROOT, 'node_modules/next/dist/bin/next')
  execFileSync(process.execPath, [next, 'build'], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  writeFileSync(BUILT_FROM, sources)
}
