import type { AttackId } from '@/lib/lab/attacks'
import type { CellReport } from '@/lib/lab/report'
import type { SchemeId } from '@/lib/lab/types'

export interface Selection {
  readonly schemes?: readonly SchemeId[]
  readonly attacks?: readonly AttackId[]
}

/** Has attacks performed by the server, and gives each cell as it comes. Rejects with words. */
export async function* readCells(
  selection: Selection,
  signal: AbortSignal,
): AsyncGenerator<CellReport> {
  const response = await fetch('/api/lab/run', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(selection),
    signal,
  })
  if (!response.ok || !response.body) {
    const { detail } = (await response.json().catch(() => ({}))) as { detail?: string }
    throw new Error(detail ?? `The server answered ${response.status}.`)
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const lines = (text + read.value).split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line) as CellReport
  }
}
