import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * `npm run lab:remove`: deletes the lab with everything that mentions it, in the folder where it is
 * run. What belongs to it elsewhere is marked: a line that ends in `// lab`, or lines between
 * `lab:begin` and `lab:end`; in Markdown, between `<!-- lab -->` and `<!-- /lab -->`.
 */

const FOLDERS = ['lib/lab', 'app/(lab)', 'e2e/lab', 'docs/attacks.md', 'docs/images/theft.gif']
/** Packages that nothing else imports. */
const UNUSED = [
  '@peculiar/x509',
  'reflect-metadata',
  '@peculiar/x509',
  'reflect-metadata',
  'structured-headers',
]
/** Packages that only the bench goes on to use. */
const FOR_THE_BENCH = ['dpop', 'oauth4webapi']

const root = process.cwd()
const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' })
for (const folder of FOLDERS) rmSync(join(root, folder), { recursive: true, force: true })

for (const file of tracked.split('\n').filter((name) => /\.(m?[jt]sx?|md)$/.test(name))) {
  const text = read(file)
  const rest = text && (file.endsWith('.md') ? withoutSections(text) : withoutMarked(text))
  if (text !== rest) writeFileSync(join(root, file), String(rest))
}
for (const file of ['package.json', 'package-lock.json']) {
  const json = JSON.parse(readFileSync(join(root, file), 'utf8'))
  forget(file === 'package.json' ? json : json.packages[''])
  writeFileSync(join(root, file), `${JSON.stringify(json, null, 2)}\n`)
}
console.log('The lab is gone.')

/** @param {string} file */
function read(file) {
  if (FOLDERS.some((folder) => file.startsWith(folder))) return undefined
  try {
    return readFileSync(join(root, file), 'utf8')
  } catch {
    return undefined
  }
}

/** @param {string} text */
function withoutMarked(text) {
  return text
    .replaceAll(/^[^\n]*\blab:begin\b[^\n]*\n[\s\S]*?\blab:end\b[^\n]*\n/gm, '')
    .replaceAll(/^[^\n]*\/\/ lab\n/gm, '')
}

/** @param {string} text */
function withoutSections(text) {
  return text.replaceAll(/<!-- lab -->\n[\s\S]*?<!-- \/lab -->\n+/g, '')
}

/** @param {{ scripts?: Record<string, string>, dependencies: Record<string, string>, devDependencies: Record<string, string> }} manifest */
function forget({ scripts, dependencies, devDependencies }) {
  for (const [name, command] of Object.entries(scripts ?? {})) {
    if (command.includes('lib/lab/')) delete scripts?.[name]
  }
  for (const name of UNUSED) {
    delete dependencies[name]
    delete devDependencies[name]
  }
  for (const name of FOR_THE_BENCH) {
    if (!dependencies[name]) continue
    devDependencies[name] = dependencies[name]
    delete dependencies[name]
  }
}
