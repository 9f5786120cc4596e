import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'

/**
 * What the `libsql` driver does with each JavaScript type. The guard in `sqlite.ts` exists because
 * of these lines; should an upgrade mend them, it may go.
 */

const libsql = JSON.stringify(createRequire(import.meta.url).resolve('libsql'))

/** Binds the value of a JavaScript expression in a process of its own: some of them abort it. */
function bind(expression: string): string {
  const script = `
    const db = new (require(${libsql}))(':memory:')
    db.exec('create table t (v)')
    const value = ${expression}
    try {
      db.prepare('insert into t values (?)').run([value])
      const kept = db.prepare('select v from t').get().v
      console.log(Object.is(kept, value) ? 'kept' : 'changed')
    } catch {
      console.log('threw')
    }`
  const child = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' })
  return child.stdout.trim() || 'aborted the process'
}

describe('the libsql driver, bare', () => {
  it.each([
    [`''`, 'kept'],
    [`'é 😀'`, 'kept'],
    [`"'; drop table t; --"`, 'kept'],
    [`2 ** 53 - 1`, 'kept'],
    [`null`, 'kept'],
    [`'a\\0b'`, 'changed'],
    [`'a\\ud800b'`, 'changed'],
    [`undefined`, 'changed'],
    [`NaN`, 'changed'],
    [`2n ** 60n`, 'changed'],
    [`true`, 'aborted the process'],
    [`false`, 'aborted the process'],
    [`new Date(0)`, 'threw'],
    [`{ a: 1 }`, 'threw'],
    [`[1, 2]`, 'threw'],
    [`new Uint8Array([1, 2])`, 'changed'],
    [`Buffer.from('a')`, 'changed'],
    [`Symbol('s')`, 'threw'],
  ])('%s: %s', (expression, outcome) => {
    expect(bind(expression)).toBe(outcome)
  })
})
