import type { Page } from '@playwright/test'
import { expect } from '../people'

/** Uses a stolen text on the thief's page. */
export async function use(page: Page, stolen: string, way?: string): Promise<void> {
  await page.goto('/hijack')
  await page.getByLabel('The stolen token').fill(stolen)
  if (way) await page.getByLabel(way).check()
  await page.getByRole('button', { name: 'Use the token' }).click()
  await expect(page.getByRole('heading', { name: 'The server’s verdict' })).toBeVisible()
}
