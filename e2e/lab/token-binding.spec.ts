import { readFileSync } from 'node:fs'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { plainHttp } from '../../lib/lab/token-binding/plain'
import type { Recorded } from '../../lib/lab/token-binding/recorded'
import { holds, tellStory, type Step } from '../../lib/lab/token-binding/story'
import { sendRaw } from '../raw'
import { expect, test } from '../people'

const { PORT, APP_ORIGIN, AUTH_SECRET } = process.env
const RECORDED = JSON.parse(readFileSync('lib/lab/token-binding/recorded.json', 'utf8')) as Recorded
const PAGE = '/lab/token-binding'

async function unfold(page: Page): Promise<void> {
  for (const summary of await page.locator('details:not([open]) > summary').elementHandles()) {
    await summary.click()
  }
}

test('the whole story comes out as it must, and as it was recorded', async () => {
  const steps: Step[] = []
  const world = {
    app: plainHttp(`http://127.0.0.1:${PORT}`),
    origin: APP_ORIGIN!,
    secret: AUTH_SECRET!.split(',')[0]!,
  }
  await tellStory(world, (step) => steps.push(step))
  expect(steps.filter((step) => !holds(step))).toEqual([])
  expect(RECORDED.steps).toEqual(steps)
})

test('the routes answer nobody who comes past the terminator', async () => {
  const id = 'Sec-Provided-Token-Binding-ID: AgBBQA'
  const cookie = `Cookie: lab-token-binding=${'A'.repeat(43)}`
  const asks: [lines: string[], code: string][] = [
    [['GET /api/lab/token-binding/notes'], 'ERR_TOKEN_MISSING'],
    [['GET /api/lab/token-binding/notes', cookie], 'ERR_PROOF_MISSING'],
    [['GET /api/lab/token-binding/notes', cookie, id], 'ERR_PROOF_MISSING'],
    [
      ['GET /api/lab/token-binding/notes', cookie, id, 'Token-Binding-Link: 1.AAAA'],
      'ERR_PROOF_INVALID',
    ],
    [['POST /api/lab/token-binding/session', id], 'ERR_PROOF_MISSING'],
    [['DELETE /api/lab/token-binding/session', cookie], 'ERR_PROOF_MISSING'],
    [['PATCH /api/lab/token-binding/nothing'], 'ERR_TOKEN_MISSING'],
  ]
  for (const [[line, ...headers], code] of asks) {
    const lines = [`${line} HTTP/1.1`, `Host: localhost:${PORT}`, 'Connection: close', ...headers]
    const answer = await sendRaw(Number(PORT), `${lines.join('\n')}\n\n`)
    expect(answer?.status, line).toBe(401)
    expect(answer?.headers['content-type']).toBe('application/problem+json')
    expect(JSON.parse(answer!.body)).toMatchObject({ code })
  }
})

test('the page shows the recorded run as one, with its day and its command', async ({ victim }) => {
  await victim.goto(PAGE)
  const run = victim.getByTestId('recorded')
  await expect(run).toContainText(`Recorded on ${RECORDED.date}`)
  await expect(run).toContainText('npm run lab:token-binding')
  await unfold(victim)
  for (const { title } of RECORDED.steps) await expect(run.getByText(title).first()).toBeVisible()
  await expect(victim.getByRole('region', { name: 'The one row where it wins' })).toContainText(
    /Token Binding.*he is refused: 401 ERR_PROOF_INVALID.*session-lock.*he is in: 200/s,
  )
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on the page, ${colorScheme}`, async ({ victim }) => {
    await victim.emulateMedia({ colorScheme })
    await victim.goto(PAGE)
    await unfold(victim)
    const { violations } = await new AxeBuilder({ page: victim }).analyze()
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
  })
}

for (const width of [320, 390, 1280, 1920]) {
  test(`nothing on the page is wider than ${width} px`, async ({ victim }) => {
    await victim.setViewportSize({ width, height: 800 })
    await victim.goto(PAGE)
    await unfold(victim)
    const overflow = await victim.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
  })
}
