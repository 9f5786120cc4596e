import { defineConfig } from 'vitest/config'

/**
 * The protocol's tests run in Node and in an edge runtime, and those of the verifier once more with
 * Node's own primitives, as handlers have it: "runs at the edge" is a project here and not a promise.
 */
const exclude = process.env.MAKE_VECTORS ? [] : ['**/vectors/make.test.ts']

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          include: ['lib/**/*.test.ts', '*.test.ts'],
          exclude: ['lib/client/**', ...exclude],
        },
      },
      {
        extends: true,
        test: {
          name: 'edge',
          environment: 'edge-runtime',
          include: ['lib/protocol/**/*.test.ts'],
          exclude,
        },
      },
      {
        extends: true,
        test: {
          name: 'handler',
          environment: 'node',
          include: ['lib/protocol/{verify,vectors}.test.ts'],
          setupFiles: ['lib/server/node-crypto.setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'client',
          environment: 'jsdom',
          include: ['lib/client/**/*.test.{ts,tsx}'],
        },
      },
      {
        extends: true,
        test: {
          name: 'platform',
          environment: 'node',
          include: ['e2e/platform/*.test.ts'],
          globalSetup: 'e2e/platform/build.ts',
          testTimeout: 20_000,
        },
      },
    ],
  },
})
