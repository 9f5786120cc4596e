'use client'

import Link from 'next/link'
import { useRef, useState } from 'react'
import type { AttackId } from '@/lib/lab/attacks'
import type { CellReport } from '@/lib/lab/report'
import type { SchemeId } from '@/lib/lab/types'
import { Button } from '@/app/ui/button'
import { Notice } from '@/app/ui/notice'
import { CellStory } from './cell-story'
import { MARKS } from './mark'
import { readCells } from './read-cells'
import type { Column, Row } from './rows'

interface Position {
  readonly scheme: SchemeId
  readonly attack: AttackId
}

const keyOf = ({ scheme, attack }: Position) => `${scheme} ${attack}`

/** The matrix: who falls, who stands. A cell opens its story; all of it can be performed, live. */
export function Matrix({
  rows,
  columns,
  sources,
}: {
  rows: readonly Row[]
  columns: readonly Column[]
  /** The source text of each attack's file. */
  sources: Readonly<Record<AttackId, { file: string; text: string } | undefined>>
}) {
  const [open, setOpen] = useState<Position>()
  const [results, setResults] = useState<ReadonlyMap<string, CellReport>>(new Map())
  const keep = (cell: CellReport) => setResults((known) => new Map(known).set(keyOf(cell), cell))

  return (
    <div className={`grid gap-8 ${columns.length === 1 ? 'max-w-2xl' : ''}`}>
      <RunAll
        total={rows.length * columns.length}
        schemes={columns.map(({ id }) => id)}
        onCell={keep}
        onWalk={(scheme) => setOpen({ scheme, attack: rows[0]!.id })}
      />
      <div className="overflow-x-auto" role="region" aria-label="Matrix" tabIndex={0}>
        <table className="w-full table-fixed border-collapse text-small">
          <thead>
            <tr>
              <th scope="col" className="w-1/3 pb-3 text-left align-bottom font-medium sm:w-2/5">
                Attack
              </th>
              {columns.map((column) => (
                <th key={column.id} scope="col" className="px-0.5 pb-3 align-bottom font-medium">
                  <Link
                    href={`/lab/${column.id}`}
                    aria-label={column.name}
                    className="inline-block rotate-180 py-1 underline-offset-4 [writing-mode:vertical-rl] hover:underline sm:rotate-0 sm:[writing-mode:horizontal-tb]"
                  >
                    {column.short}
                  </Link>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              <MatrixRow
                key={row.id}
                row={row}
                columns={columns}
                isFirstOfGroup={rows[i - 1]?.group !== row.group}
                resultOf={(scheme) => results.get(keyOf({ scheme, attack: row.id }))}
                onOpen={(scheme) => setOpen({ scheme, attack: row.id })}
              />
            ))}
          </tbody>
          <tfoot>
            <tr className="border-t border-edge">
              <th scope="row" className="py-3 text-left font-medium">
                Stands
              </th>
              {columns.map(({ id, stands, of }) => (
                <td key={id} className="py-3 text-center font-mono">
                  {stands}
                  <span className="sr-only"> of </span>
                  <span className="block text-muted sm:inline">/{of}</span>
                </td>
              ))}
            </tr>
          </tfoot>
        </table>
      </div>
      {open && (
        <CellStory
          key={keyOf(open)}
          row={rows.find(({ id }) => id === open.attack)!}
          column={columns.find(({ id }) => id === open.scheme)!}
          source={sources[open.attack]}
          {...walk(rows, open, setOpen)}
          onClose={() => setOpen(undefined)}
          onCell={keep}
        />
      )}
    </div>
  )
}

/** The way along a column, one attack after another. */
function walk(rows: readonly Row[], open: Position, go: (to: Position) => void) {
  const at = rows.findIndex(({ id }) => id === open.attack)
  const to = (row: Row | undefined) => row && (() => go({ ...open, attack: row.id }))
  return {
    place: `${at + 1} of ${rows.length}`,
    onBack: to(rows[at - 1]),
    onNext: to(rows[at + 1]),
  }
}

function MatrixRow({
  row,
  columns,
  isFirstOfGroup,
  resultOf,
  onOpen,
}: {
  row: Row
  columns: readonly Column[]
  isFirstOfGroup: boolean
  resultOf: (scheme: SchemeId) => CellReport | undefined
  onOpen: (scheme: SchemeId) => void
}) {
  return (
    <>
      {isFirstOfGroup && (
        <tr>
          <th
            scope="rowgroup"
            colSpan={columns.length + 1}
            className="border-b border-edge pt-5 pb-1 text-left font-mono text-muted"
          >
            {row.group}
          </th>
        </tr>
      )}
      <tr className="border-b border-line">
        <th scope="row" className="py-1 pr-3 text-left font-normal">
          {row.title}
        </th>
        {columns.map(({ id, name }) => (
          <td key={id} className="p-px text-center sm:p-0.5">
            <MatrixCell row={row} scheme={id} name={name} result={resultOf(id)} onOpen={onOpen} />
          </td>
        ))}
      </tr>
    </>
  )
}

function MatrixCell({
  row,
  scheme,
  name,
  result,
  onOpen,
}: {
  row: Row
  scheme: SchemeId
  name: string
  result: CellReport | undefined
  onOpen: (scheme: SchemeId) => void
}) {
  const { outcome } = row.cells[scheme]
  const { mark, word, cell } = MARKS[outcome]
  const isOtherwise = result !== undefined && !result.skipped && result.outcome !== outcome
  const isConfirmed = result?.outcome === outcome
  const said = isOtherwise ? ', but not when it was performed' : isConfirmed ? ', performed' : ''
  return (
    <button
      type="button"
      onClick={() => onOpen(scheme)}
      aria-label={`${row.title}, ${name}: ${word}${said}`}
      data-outcome={outcome}
      data-result={isOtherwise ? 'otherwise' : isConfirmed ? 'confirmed' : undefined}
      className={`h-8 w-full rounded-sm font-mono hover:outline-2 hover:outline-ink ${cell} data-[result=confirmed]:underline data-[result=confirmed]:decoration-2 data-[result=confirmed]:underline-offset-4`}
    >
      {isOtherwise ? '!' : mark}
    </button>
  )
}

/** Performs every cell on this very server, with victims of the lab's own; it can be stopped. */
function RunAll({
  total,
  schemes,
  onCell,
  onWalk,
}: {
  total: number
  schemes: readonly SchemeId[]
  onCell: (cell: CellReport) => void
  onWalk: (scheme: SchemeId) => void
}) {
  const [counts, setCounts] = useState<{ done: number; skipped: number; otherwise: number }>()
  const [failure, setFailure] = useState<string>()
  const running = useRef<AbortController>(null)
  const [isRunning, setIsRunning] = useState(false)

  async function run() {
    const controller = (running.current = new AbortController())
    setIsRunning(true)
    setFailure(undefined)
    const now = { done: 0, skipped: 0, otherwise: 0 }
    setCounts({ ...now })
    try {
      for await (const cell of readCells({ schemes }, controller.signal)) {
        onCell(cell)
        now.done++
        if (cell.skipped) now.skipped++
        else if (cell.outcome !== cell.expected) now.otherwise++
        setCounts({ ...now })
      }
    } catch (error) {
      if (!controller.signal.aborted) setFailure((error as Error).message)
    } finally {
      setIsRunning(false)
    }
  }

  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center gap-4">
        {isRunning ? (
          <Button kind="quiet" onClick={() => running.current?.abort()}>
            Stop
          </Button>
        ) : (
          <Button onClick={run}>Perform all of it now</Button>
        )}
        {schemes.length === 1 && (
          <Button kind="quiet" onClick={() => onWalk(schemes[0]!)}>
            Walk through it, step by step
          </Button>
        )}
        <p className="text-small text-muted" role="status">
          {counts
            ? summary(counts, total, isRunning)
            : `${total} cells, on victims of the lab’s own.`}
        </p>
      </div>
      {counts && (
        <progress value={counts.done} max={total} aria-label="Cells performed" className="w-full" />
      )}
      {failure && <Notice title={failure} live />}
    </div>
  )
}

function summary(
  { done, skipped, otherwise }: { done: number; skipped: number; otherwise: number },
  total: number,
  isRunning: boolean,
): string {
  const performed = done - skipped
  const end = isRunning ? '' : done < total ? ' Stopped.' : ' Done.'
  const verdict = otherwise ? `${otherwise} otherwise than the matrix has it` : 'all as shown'
  return `${performed} of ${total} performed, ${verdict}; ${skipped} skipped, which need a browser or time.${end}`
}
