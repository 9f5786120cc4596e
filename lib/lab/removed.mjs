import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The lab is a leaf: this takes it away from a copy, and runs types, lint, unit tests, the build and
 * the browser tests on what is left.
 */

const ROOT = join(import.meta.dirname, '../..')
const CHECKS = ['types', 'lint', 'unit', 'build', 'e2e']

// Inside the original, so that the packages can be linked and not copied.
const copy = join(ROOT, '.next-without-lab')
rmSync(copy, { recursive: true, force: true })
try {
  const list = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT })
  for (const file of String(list).split('\n').filter(Boolean)) {
    if (!existsSync(join(ROOT, file))) continue
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    cpSync(join(ROOT, file), join(copy, file))
  }
  execFileSync('cp', ['-al', join(ROOT, 'node_modules'), join(copy, 'node_modules')])
  execFileSync('git', ['init', '--quiet'], { cwd: copy })
  run(process.execPath, ['lib/lab/remove.mjs'])
  if (existsSync(join(copy, 'lib/lab'))) throw new Error('the lab is still there')
  const links = spawnSync(
    'git',
    ['grep', '--untracked', '-lE', '/hijack|href="/lab|\\]\\([^)]*attacks\\.md'],
    {
      cwd: copy,
      encoding: 'utf8',
    },
  ).stdout
  if (/^(app|docs|lib)\/.*(?<!\.test\.ts)$/m.test(links))
    throw new Error(`there are links to the lab in ${links}`)
  run('npm', ['ci', '--dry-run', '--ignore-scripts', '--loglevel=error'])
  run(process.execPath, ['lib/cli/test.mjs', ...CHECKS])
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  rmSync(copy, { recursive: true, force: true })
}

/** @param {string} command @param {string[]} args */
function run(command, args) {
  execFileSync(command, args, { cwd: copy, stdio: 'inherit' })
}
