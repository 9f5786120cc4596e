/** Why something was refused. `check` is the step that failed, and `code` is DBSC's own word here. */
export class DbscRefusal extends Error {
  readonly status: number
  readonly check: string
  readonly code: string
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    check: string,
    code: string,
    message: string,
    headers: Record<string, string> = {},
  ) {
    super(message)
    this.status = status
    this.check = check
    this.code = code
    this.headers = headers
  }

  /** RFC 9457, as everywhere in this application; `now` in ms. */
  toResponse(now: number): Response {
    const { status, check, code, message: detail } = this
    const type = `urn:session-lock:lab:${code}`
    const headers = { ...this.headers, 'Content-Type': 'application/problem+json' }
    return Response.json(
      { type, title: detail, status, code, check, detail, serverTime: now },
      { status, headers },
    )
  }
}
