import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { LIMITS } from './limits'
import { RECORDED } from './recorded'
import { holds } from './story'
import { TIMELINE } from './timeline'

describe('what the page says', () => {
  it('was recorded on a day, by a command of this project', async () => {
    const { default: project } = await import('@/package.json')
    expect(RECORDED.date).toMatch(/^\d{4}-\d\d-\d\d$/)
    const name = RECORDED.command.replace('npm run ', '')
    expect(Object.keys(project.scripts)).toContain(name)
    const [, file = ''] = project.scripts[name as 'lab:token-binding'].split(' ')
    expect(existsSync(file)).toBe(true)
  })

  it('records no scene that came out otherwise', () => {
    expect(RECORDED.steps.length).toBeGreaterThan(0)
    expect(RECORDED.steps.filter((step) => !holds(step))).toEqual([])
  })

  it('says where each fact of the history can be read, but for our own', () => {
    const unsourced = TIMELINE.filter(({ sources }) => sources.length === 0)
    expect(unsourced.map(({ title }) => title)).toEqual(['session-lock'])
    for (const { sources } of TIMELINE) {
      for (const [, href] of sources) expect(new URL(href).protocol).toBe('https:')
    }
  })

  it('names each limit once', () => {
    expect(new Set(LIMITS.map(({ title }) => title)).size).toBe(LIMITS.length)
  })
})
