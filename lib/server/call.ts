import type { Server } from './server'

/** One request on its way through a handler. */
export interface Call {
  readonly request: Request
  readonly server: Server
  /** When it came, in ms. */
  readonly now: number
  /** The dynamic parts of the path. */
  readonly params: Readonly<Record<string, string | string[]>>
  /** The bytes of the body, read once. Throws ERR_BODY_TOO_LARGE and ERR_INPUT. */
  readonly body: () => Promise<Uint8Array<ArrayBuffer>>
}

export type Handler<C extends Call = Call> = (call: C) => Promise<Response>
