import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { rolldown } from 'rolldown'
import { MATRIX } from '@/lib/lab/matrix'
import { isBrowserScheme, isOwnScheme, SCHEME_IDS, type SchemeId } from '@/lib/lab/types'
import { expect, openPage, test } from '../people'

/** The attacks from inside a browser, in real ones. */

const FORMS: Partial<Record<SchemeId, string | undefined>> = {
  'profile-1': 'token and time signed',
  cookie: 'HttpOnly cookie',
}

/** Signs in to a scheme, the way its own page does it. */
async function enter(page: Page, scheme: SchemeId): Promise<void> {
  if (isOwnScheme(scheme)) {
    await page.goto(`/lab/${scheme}`)
    await page.getByRole('button', { name: 'Begin a session here' }).click()
    await expect(page.getByTestId('own-token')).toBeVisible()
    return
  }
  await page.goto('/')
  const form = FORMS[scheme]
  if (form) {
    await page.getByText('Advanced').click()
    await page.getByLabel(form).check()
  }
  await page.getByRole('button', { name: 'Enter as a guest' }).click()
  await expect(page.getByRole('heading', { name: 'Your vault' })).toBeVisible()
  await page.getByLabel('A note that only you should read').fill('7-21-42')
  await page.getByRole('button', { name: 'Keep the note' }).click()
  await expect(page.getByRole('list', { name: 'Your notes' })).toContainText('7-21-42')
}

/** What the session of a scheme opens, read by the page that holds it. */
async function readSecret(page: Page, scheme: SchemeId): Promise<void> {
  if (isOwnScheme(scheme)) {
    await page.goto(`/lab/${scheme}`)
    await page.getByRole('button', { name: 'Read with it' }).click()
    await expect(page.getByTestId('own-answer')).toContainText('7-21-42')
  } else {
    await page.goto('/vault')
    await expect(page.getByRole('list', { name: 'Your notes' })).toContainText('7-21-42')
  }
}

let intruder = ''
test.beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'session-lock-intruder-'))
  const root = process.cwd()
  const bundle = await rolldown({
    input: join(root, 'e2e/lab/intruder.ts'),
    resolve: { alias: { '@': root } },
    platform: 'browser',
  })
  const file = join(folder, 'intruder.js')
  await bundle.write({ file, format: 'iife' })
  intruder = readFileSync(file, 'utf8')
  rmSync(folder, { recursive: true })
})

// What a browser speaks by itself takes https and flags: `dbsc.spec.ts`.
for (const scheme of SCHEME_IDS.filter((id) => !isBrowserScheme(id))) {
  test(`script in the page, ${scheme}`, async ({ thief: victim }) => {
    await enter(victim, scheme)
    // Injected past the policy, which is no part of what is shown here.
    await victim.evaluate(intruder)
    for (const attack of ['key-export', 'script-signs'] as const) {
      const performed = await victim.evaluate(
        ([id, name]) =>
          (globalThis as unknown as Record<string, (...args: string[]) => unknown>).intrude!(
            id!,
            name!,
          ),
        [scheme, attack],
      )
      const { why: _, ...expected } = MATRIX[attack][scheme]
      expect(performed, attack).toEqual(expected)
    }
  })
}

// One browser holds one session of the application's, and one of each scheme of the lab's.
const PROFILES: readonly (readonly SchemeId[])[] = [
  ['profile-2', ...SCHEME_IDS.filter(isOwnScheme)],
  ['profile-1'],
  ['cookie'],
]

for (const schemes of PROFILES) {
  test(`browser profile copied from disk: ${schemes.join(', ')}`, async ({
    baseURL,
    launchOptions,
  }) => {
    const profile = mkdtempSync(join(tmpdir(), 'session-lock-victim-'))
    const copy = `${profile}-copy`
    const start = (folder: string) =>
      chromium.launchPersistentContext(folder, { ...launchOptions, baseURL })
    try {
      const victim = await start(profile)
      const page = await openPage(victim, [])
      for (const scheme of schemes) await enter(page, scheme)
      // Written to disk when the browser goes.
      await victim.close()
      cpSync(profile, copy, { recursive: true })

      const thief = await start(copy)
      const stolen = await openPage(thief, [])
      for (const scheme of schemes) {
        expect(MATRIX['profile-copied'][scheme].outcome).toBe('falls')
        await readSecret(stolen, scheme)
      }
      await thief.close()
    } finally {
      for (const folder of [profile, copy]) rmSync(folder, { recursive: true, force: true })
    }
  })
}
