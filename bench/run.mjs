import { fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { rolldown } from 'rolldown'
import { measureHttp } from './http.mjs'
import { emptyPageBytes, measureClient } from './size.mjs'

/**
 * `npm run bench`: every speed that is claimed, as ratios of medians from rounds that take turns in
 * one run. `--json FILE` writes the figures, `--only micro,http,size` runs a part.
 *
 * @typedef {{ name: string, value: number, unit: string, reach?: string, holds?: boolean }} Figure
 */

const { values } = parseArgs({ options: { json: { type: 'string' }, only: { type: 'string' } } })
const parts = values.only?.split(',') ?? ['micro', 'size', 'http']

/** @type {Figure[]} */
const figures = []
/** @param {string} name @param {number} value @param {string} unit @param {number} [most] @param {number} [least] */
function note(name, value, unit, most, least) {
  const rounded = Number(value.toPrecision(3))
  const reach = most !== undefined ? `≤ ${most}` : least !== undefined ? `≥ ${least}` : undefined
  const holds =
    most !== undefined ? value <= most : least !== undefined ? value >= least : undefined
  figures.push({ name, value: rounded, unit, ...(reach && { reach, holds }) })
}

/** Runs the TypeScript of `micro.ts`, bundled, in a process of its own. */
async function measureMicro() {
  const folder = mkdtempSync(join(import.meta.dirname, '../node_modules/.bench-'))
  try {
    const file = join(folder, 'micro.mjs')
    const input = join(import.meta.dirname, 'micro.ts')
    const bundle = await rolldown({
      input,
      platform: 'node',
      external: [/^(jose|dpop|oauth4webapi)$/],
    })
    await bundle.write({ file, format: 'esm' })
    return await new Promise((resolve, reject) => {
      const child = fork(file)
      child.once('message', resolve)
      child.once('exit', (code) => code && reject(new Error(`micro.ts ended with ${code}`)))
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (parts.includes('micro')) {
  console.error('verification and signing …')
  const { verification: v, signing: s, claims } = /** @type {any} */ (await measureMicro())
  note('a bare P-256 verify (WebCrypto)', v.bare, 'µs')
  note('a bare P-256 verify (node:crypto)', v.bareNode, 'µs')
  for (const [where, warm, cold] of [
    ['in a handler (node:crypto)', v.handlerWarm, v.handlerCold],
    ['at the edge (WebCrypto)', v.edgeWarm, v.edgeCold],
  ]) {
    note(`warm, ${where}, to a bare WebCrypto verify`, warm / v.bare, '×', 1.1)
    note(`warm, ${where}, to jose's jwtVerify of one ES256 token`, warm / v.jwtVerify, '×')
    note(`DPoP by oauth4webapi, to warm, ${where}`, v.dpop / warm, '×', undefined, 5)
    note(`DPoP with our cache, to warm, ${where}`, v.dpopCached / warm, '×', undefined, 1)
    note(`cold, ${where}, to DPoP by oauth4webapi`, cold / v.dpop, '×', 0.5)
  }
  note(
    'warm, in a handler, all nine checks (stores in memory), to the same',
    v.handlerNine / v.bare,
    '×',
    1.1,
  )
  note('a bare P-256 signature', s.bare, 'µs')
  note('signing, to a bare signature', s.ours / s.bare, '×', 1.3)
  note('signing by dpop, to a bare signature', s.dpop / s.bare, '×')
  note('replay claim in memory', claims.memory, 'µs')
}
if (parts.includes('size')) {
  console.error('sizes …')
  note('client part with idb, brotli', (await measureClient()) / 1024, 'KiB', 4)
}
if (parts.includes('http')) {
  const empty = parts.includes('size') ? emptyPageBytes() : undefined
  const { locked, passOn, open, alarmMs, landingBytes, performanceScore } = await measureHttp()
  note('protected route', locked, 'req/s')
  note(
    'protected route, to an unverified one behind a passing middleware',
    locked / passOn,
    '×',
    undefined,
    0.6,
  )
  note('protected route, to an unverified one without middleware', locked / open, '×')
  note('passing middleware, to none', passOn / open, '×')
  note("from a refused theft to the owner's stream, median", alarmMs, 'ms', 300)
  note('Lighthouse performance of the landing page', performanceScore, 'of 100', undefined, 95)
  if (empty)
    note(
      'scripts of the landing page above an empty page, gzip',
      (landingBytes - empty) / 1024,
      'KiB',
      10,
    )
}

console.table(
  figures.map(({ name, value, unit, reach = '', holds }) => ({
    figure: name,
    value: `${value} ${unit}`,
    reach,
    holds: holds === undefined ? '' : holds ? 'yes' : 'NO',
  })),
)
if (values.json) writeFileSync(values.json, `${JSON.stringify({ figures }, null, 2)}\n`)
