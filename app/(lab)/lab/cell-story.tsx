'use client'

import { useEffect, useId, useRef, useState } from 'react'
import type { CheckReport, CellReport, StepReport } from '@/lib/lab/report'
import { Button } from '@/app/ui/button'
import { Notice } from '@/app/ui/notice'
import { Mark } from './mark'
import { readCells } from './read-cells'
import type { Column, Row } from './rows'

/** One cell: what is done, what becomes of it and why, and the real bytes of it, performed on opening. */
export function CellStory({
  row,
  column,
  source,
  place,
  onBack,
  onNext,
  onClose,
  onCell,
}: {
  row: Row
  column: Column
  source: { file: string; text: string } | undefined
  /** Where in the column this is. */
  place: string
  onBack: (() => void) | undefined
  onNext: (() => void) | undefined
  onClose: () => void
  onCell: (cell: CellReport) => void
}) {
  const titleId = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  const { cell, failure, perform } = usePerformed(row, column, onCell)
  const { outcome, why } = row.cells[column.id]

  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal()
  }, [])

  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onClose={onClose}
      className="m-0 ml-auto h-dvh max-h-none w-full max-w-2xl border-l border-edge bg-paper p-0 text-ink backdrop:bg-ink/40 dark:backdrop:bg-paper/60"
    >
      <div className="grid gap-6 p-5 sm:p-8">
        <header className="grid gap-2">
          <div className="flex items-baseline justify-between gap-4">
            <p className="font-mono text-small text-muted">
              {column.name} · {place}
            </p>
            <Button kind="quiet" onClick={() => dialog.current?.close()}>
              Close
            </Button>
          </div>
          <h2 id={titleId} className="text-title font-medium">
            {row.title}
          </h2>
          <p className="text-muted">{row.story}</p>
        </header>
        <p className="grid justify-items-start gap-2">
          <Mark outcome={outcome} />
          <span>{why}</span>
        </p>
        {failure && <Notice title={failure} live />}
        <div aria-live="polite" className="grid gap-6">
          {!cell && !failure && <p className="text-muted">Performing …</p>}
          {cell && <Performed cell={cell} />}
        </div>
        {source && (
          <details>
            <summary className="text-muted">The attack’s source, {source.file}</summary>
            <Bytes text={source.text} />
          </details>
        )}
        <nav aria-label="Along this column" className="flex flex-wrap gap-3">
          <Button kind="quiet" onClick={onBack} disabled={!onBack}>
            Previous attack
          </Button>
          <Button onClick={onNext} disabled={!onNext}>
            Next attack
          </Button>
          <Button kind="quiet" onClick={perform} disabled={!cell && !failure}>
            Perform it again
          </Button>
        </nav>
      </div>
    </dialog>
  )
}

/** The cell, performed when it is opened and whenever it is asked for. */
function usePerformed(row: Row, column: Column, onCell: (cell: CellReport) => void) {
  const [round, setRound] = useState(0)
  const [cell, setCell] = useState<CellReport>()
  const [failure, setFailure] = useState<string>()
  const tell = useRef(onCell)
  useEffect(() => void (tell.current = onCell), [onCell])

  useEffect(() => {
    const controller = new AbortController()
    async function run() {
      const selection = { schemes: [column.id], attacks: [row.id] }
      for await (const performed of readCells(selection, controller.signal)) {
        setCell(performed)
        tell.current(performed)
      }
    }
    run().catch((error: Error) => {
      if (!controller.signal.aborted) setFailure(error.message)
    })
    return () => controller.abort()
  }, [row.id, column.id, round])

  function perform() {
    setCell(undefined)
    setFailure(undefined)
    setRound(round + 1)
  }
  return { cell, failure, perform }
}

function Performed({ cell }: { cell: CellReport }) {
  const { steps, checks, outcome, code, ms, skipped, reason } = cell
  if (skipped) return <Notice title={`Not performed here: it ${reason}.`} />
  if (!outcome) return <Notice title="It could not be performed">{reason}</Notice>
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1 border-t border-line pt-4">
        <span>Performed just now:</span>
        <Mark outcome={outcome} />
        {code && <span className="font-mono text-small">{code}</span>}
        <span className="text-small text-muted">{ms.toFixed(1)} ms</span>
      </p>
      <ol className="grid gap-4" aria-label="Requests">
        {steps.map((step, i) => (
          <StepCard key={i} step={step} />
        ))}
      </ol>
      {checks.length > 0 && <Checks checks={checks} />}
    </>
  )
}

function StepCard({ step }: { step: StepReport }) {
  const { by, request, status, code, answer, ms } = step
  return (
    <li className="grid border border-line bg-raised">
      <p className="border-b border-line px-4 py-2 text-small">
        <span className="font-medium">
          {by === 'owner' ? 'The owner sends' : 'The thief sends'}
        </span>
        <span className="text-muted"> · {ms.toFixed(1)} ms</span>
      </p>
      <Bytes text={request} />
      <p className="border-t border-line px-4 py-2 font-mono text-small">
        → {status} {code}
      </p>
      {answer && (
        <details className="px-4 pb-2">
          <summary className="text-small text-muted">The answer</summary>
          <Bytes text={answer} />
        </details>
      )}
    </li>
  )
}

const CHECK_MARKS = {
  passed: { mark: '✓', color: 'text-stands' },
  failed: { mark: '✗', color: 'text-falls' },
  'not reached': { mark: '·', color: 'text-muted' },
} as const

/** The server's checks of the last request, in their order. */
function Checks({ checks }: { checks: readonly CheckReport[] }) {
  return (
    <ol aria-label="The server’s checks of the last request" className="border-t border-line">
      {checks.map(({ name, outcome }) => (
        <li
          key={name}
          className={`flex items-baseline gap-3 border-b border-line py-1 ${CHECK_MARKS[outcome].color}`}
        >
          <span aria-hidden className="w-4 text-center font-mono">
            {CHECK_MARKS[outcome].mark}
          </span>
          <span className="flex-1">{name}</span>
          <span className="text-small">{outcome}</span>
        </li>
      ))}
    </ol>
  )
}

function Bytes({ text }: { text: string }) {
  return (
    <pre
      tabIndex={0}
      className="max-h-96 overflow-auto px-4 py-3 font-mono text-small break-all whitespace-pre-wrap"
    >
      {text}
    </pre>
  )
}
