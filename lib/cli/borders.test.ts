import { ESLint } from 'eslint'
import { describe, expect, it } from 'vitest'

/** The borders are lint rules; here each is crossed once, to see that it stands. */
describe('the borders between the folders', () => {
  const eslint = new ESLint({ cwd: process.cwd() })
  const crossings = async (filePath: string, imported: string) => {
    const [result] = await eslint.lintText(`export * from '${imported}'\n`, { filePath })
    return result!.messages.filter(({ ruleId }) => ruleId === 'no-restricted-imports').length
  }

  it.each([
    ['lib/protocol/verify.ts', 'next/server'],
    ['lib/protocol/verify.ts', 'node:crypto'],
    ['lib/protocol/verify.ts', '../server/env'],
    ['lib/protocol/verify.ts', '@/lib/server/env'],
    ['lib/protocol/verify.ts', 'idb'],
    ['lib/protocol/prove.ts', 'jose'],
    ['lib/protocol/prove.ts', './token'],
    ['lib/client/bound-fetch.ts', 'jose'],
    ['lib/client/bound-fetch.ts', '../protocol/verify'],
    ['lib/client/bound-fetch.ts', '@/lib/server/env'],
    ['lib/client/provider.tsx', 'next/navigation'],
    ['lib/server/route.ts', '@/lib/client/provider'],
    ['lib/server/route.ts', '@/lib/lab/bearer'],
    ['lib/server/route.ts', '@/app/ui/button'],
    ['lib/server/front.mjs', '../client/provider'],
    ['lib/server/stores/notes.ts', '../route'],
    ['lib/server/stores/notes.ts', 'next/server'],
    ['app/vault/vault.tsx', '@/lib/lab/thief'],
    ['app/vault/vault.tsx', '../(lab)/hijack/hijack'],
    ['app/api/notes/route.ts', '@/lib/lab/bearer'],
    ['middleware.ts', './lib/lab/bearer'],
  ])('%s may not import %s', async (file, imported) => {
    expect(await crossings(file, imported)).toBe(1)
  })

  it.each([
    ['lib/protocol/verify.ts', 'jose'],
    ['lib/protocol/verify.ts', './token'],
    ['lib/protocol/prove.ts', './statement'],
    ['lib/client/key-store.ts', 'idb'],
    ['lib/client/provider.tsx', 'react'],
    ['lib/client/bound-fetch.ts', '../protocol/prove'],
    ['lib/server/route.ts', '@/lib/protocol/verify'],
    ['app/vault/vault.tsx', '@/lib/client/use-session-lock'],
    ['app/(lab)/hijack/hijack.tsx', '@/lib/lab/thief'],
  ])('%s may import %s', async (file, imported) => {
    expect(await crossings(file, imported)).toBe(0)
  })
})
