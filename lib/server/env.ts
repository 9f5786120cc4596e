import { z } from 'zod'
import type { LockOptions } from '@/lib/protocol/verify'

/** The environment, read once and checked whole: a wrong value stops the start with its name. */

const milliseconds = (fallback: number) => z.coerce.number().int().min(1).default(fallback)

const origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  error: 'must be an origin such as https://app.example, without a path or a final slash',
})

const schema = z
  .object({
    AUTH_SECRET: z
      .string({
        error: 'is missing: set 32 random bytes or more, for example `openssl rand -hex 32`',
      })
      .transform((text) => text.split(',').map((secret) => secret.trim()))
      .refine(
        (secrets) => secrets.every((secret) => new TextEncoder().encode(secret).length >= 32),
        {
          error: 'must be of 32 bytes or more (each, where several are separated by commas)',
        },
      ),
    PORT: z.coerce.number().int().min(1).max(65535).default(3000),
    HOST: z
      .union([z.ipv4(), z.ipv6(), z.literal('localhost')], {
        error: 'must be an address of this machine, or localhost',
      })
      .default('127.0.0.1'),
    APP_ORIGIN: origin.optional(),
    INTERNAL_ORIGIN: origin.optional(),
    DATABASE_URL: z
      .string()
      .regex(/^file:.+/, 'must start with file:')
      .default('file:./.data/session-lock.db'),
    PROOF_MAX_AGE_MS: milliseconds(10_000),
    CLOCK_TOLERANCE_MS: milliseconds(5_000),
    CHALLENGE_WINDOW_S: z.coerce.number().int().min(1).default(150),
    SESSION_TTL_S: z.coerce.number().int().min(1).default(86_400),
    // Beyond 10 MB Next cuts a body short without a word, so no limit may reach there.
    MAX_BODY_BYTES: z.coerce
      .number()
      .int()
      .min(1024)
      .max(8 * 1024 * 1024)
      .default(1024 * 1024),
    RATE_LIMIT: z
      .union([z.literal('off'), z.coerce.number().positive()], {
        error: 'must be off, or a factor such as 10',
      })
      .default(1),
    GITHUB_ID: z.string().optional(),
    GITHUB_SECRET: z.string().optional(),
    GITHUB_URL: origin.default('https://github.com'),
    GITHUB_API_URL: origin.default('https://api.github.com'),
  })
  .refine(({ GITHUB_ID, GITHUB_SECRET }) => !GITHUB_ID === !GITHUB_SECRET, {
    path: ['GITHUB_ID'],
    error: 'and GITHUB_SECRET go together',
  })
  .transform((env) => ({
    ...env,
    APP_ORIGIN: env.APP_ORIGIN ?? `http://localhost:${env.PORT}`,
    INTERNAL_ORIGIN: env.INTERNAL_ORIGIN ?? `http://${reachable(env.HOST)}:${env.PORT}`,
  }))

/** Where this process reaches itself: an address that means all of them is none. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

export type Env = z.infer<typeof schema>

/**
 * Reads the environment. An empty value counts as none.
 *
 * Throws with one line per wrong variable, each with its name and never with its value.
 */
export function readEnv(source: Record<string, string | undefined>): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''))
  const result = schema.safeParse(given)
  if (result.success) return result.data
  const lines = result.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
  throw new Error(lines.join('\n'))
}

/** The verifier's settings out of the environment, the same for edge and handlers. */
export function lockOptions(env: Env): LockOptions {
  return {
    secrets: env.AUTH_SECRET,
    origin: env.APP_ORIGIN,
    maxAgeMs: env.PROOF_MAX_AGE_MS,
    toleranceMs: env.CLOCK_TOLERANCE_MS,
    challengeWindowS: env.CHALLENGE_WINDOW_S,
  }
}
