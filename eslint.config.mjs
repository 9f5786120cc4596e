import next from 'eslint-config-next'
import nextTypescript from 'eslint-config-next/typescript'

/** @param {string} regex what may not be imported @param {string} message */
const never = (regex, message) => ({
  'no-restricted-imports': ['error', { patterns: [{ regex, message }] }],
})

/** What of the protocol a browser downloads. */
const CLIENT_HALF = [
  ...['encoding', 'digest', 'target-uri', 'statement'],
  ...['types', 'errors', 'prove', 'enrol'],
]
const TESTS = ['**/*.test.{ts,tsx}', '**/testing.ts']

/** The borders between the folders. Each rule names all that a folder may import. */
const borders = [
  {
    files: ['lib/protocol/**/*.ts'],
    ignores: TESTS,
    rules: never(
      '^(?!(\\./|\\.\\./protocol/|jose$))',
      'lib/protocol imports jose and itself: it is copied as a folder.',
    ),
  },
  {
    files: [`lib/protocol/{${CLIENT_HALF.join(',')}}.ts`],
    rules: never(
      `^(?!\\./(${CLIENT_HALF.join('|')})$)`,
      'The half of the protocol that browsers download imports that half alone, and never jose.',
    ),
  },
  {
    files: ['lib/client/**/*.{ts,tsx}'],
    ignores: TESTS,
    rules: never(
      `^(?!(\\./|\\.\\./protocol/(${CLIENT_HALF.join('|')})$|idb$|react$|eventsource-parser$))`,
      'lib/client imports idb, react, eventsource-parser and the client half of the protocol.',
    ),
  },
  {
    files: ['lib/server/**/*.{ts,mjs}'],
    ignores: TESTS,
    rules: never(
      '^(\\.\\./|@/(?!lib/protocol/))',
      'lib/server imports the protocol, the stores and packages; of ours nothing else.',
    ),
  },
  {
    files: ['lib/server/stores/**/*.ts'],
    ignores: TESTS,
    rules: never(
      '^(\\.\\./|@/(?!lib/protocol/)|next)',
      'The stores know the protocol and the database, and nothing of HTTP.',
    ),
  },
  {
    files: ['app/**/*.{ts,tsx}', 'middleware.ts', 'instrumentation.ts'],
    ignores: ['app/(lab)/**'],
    rules: never('(^|/)(lib/lab|\\(lab\\))(/|$)', 'Nothing outside the lab imports the lab.'),
  },
]

const config = [
  { ignores: ['**/.next*/**', 'node_modules/**', 'next-env.d.ts', 'e2e/independent/**'] },
  ...next,
  ...nextTypescript,
  {
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_$' }],
      'import/no-anonymous-default-export': 'off',
      eqeqeq: 'error',
      'no-console': ['error', { allow: ['error'] }],
    },
  },
  {
    files: ['lib/cli/**', 'lib/server/front.mjs', 'bench/**', 'lib/lab/*.mjs', 'lib/lab/cli.ts'],
    rules: { 'no-console': 'off' },
  },
  // Playwright hands fixtures on through a function that is named `use`, and is no hook.
  { files: ['e2e/**'], rules: { 'react-hooks/rules-of-hooks': 'off', 'no-empty-pattern': 'off' } },
  ...borders,
]

export default config
