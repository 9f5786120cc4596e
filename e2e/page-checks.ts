import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** What every page is held against. */

export async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
}

/** By how much a page is wider than its window, in px. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
}

/** Presses Tab until what has this name has the focus. */
export async function tabTo(page: Page, name: RegExp, most = 40): Promise<void> {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab')
    const label = await page.evaluate(() => {
      const { ariaLabel, textContent, id } = document.activeElement as HTMLElement
      return ariaLabel ?? (textContent || document.querySelector(`[for="${id}"]`)?.textContent)
    })
    if (label?.match(name)) return
  }
  throw new Error(`the keyboard does not reach ${name}`)
}
