import type { Answer, Message } from '../../types'

export const TLS_VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const
export type TlsVersion = (typeof TLS_VERSIONS)[number]

/** What the story is told with: the running application, and the secret that its link is keyed by. */
export interface World {
  /** Sends to the application itself, past every terminator. */
  readonly app: (message: Message) => Promise<Answer>
  /** The application's own origin. */
  readonly origin: string
  readonly secret: string
}

export interface Scene<Stage> {
  /** One sentence: what is done. */
  readonly title: string
  /** What comes of it, in the words that `play` resolves with. */
  readonly expected: string
  play(stage: Stage): Promise<string>
}

/** One scene as it was played. */
export interface Step {
  readonly act: string
  readonly version: TlsVersion
  readonly title: string
  readonly expected: string
  readonly got: string
}

/** Some scenes on one stage, from first to last. */
export interface Act {
  readonly title: string
  perform(world: World, version: TlsVersion, told: (step: Step) => void): Promise<void>
}

export function defineAct<Stage extends { close(): Promise<void> }>(
  title: string,
  open: (world: World, version: TlsVersion) => Promise<Stage>,
  scenes: (version: TlsVersion) => readonly Scene<Stage>[],
): Act {
  return {
    title,
    async perform(world, version, told) {
      const stage = await open(world, version)
      try {
        for (const { title: scene, expected, play } of scenes(version)) {
          const got = await play(stage).catch((error: Error) => `failed: ${error.message}`)
          told({ act: title, version, title: scene, expected, got })
        }
      } finally {
        await stage.close()
      }
    },
  }
}

/** Answers in a few words: the status, and the refusal's code. */
export function inBrief(...answers: readonly Answer[]): string {
  return answers.map(({ status, code }) => (code ? `${status} ${code}` : String(status))).join(', ')
}

/** Whether a handshake succeeds, in words. */
export function orNoConnection(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'a connection',
    () => 'no connection',
  )
}
