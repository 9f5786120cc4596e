'use client'

import { useState } from 'react'
import { Button } from './button'

/** Copies a text, and says whether it did. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'failed'>()
  async function copy() {
    try {
      await navigator.clipboard.writeText(text)
      setOutcome('copied')
    } catch {
      setOutcome('failed')
    }
  }
  return (
    <span className="inline-flex flex-wrap items-center gap-3">
      <Button kind="quiet" onClick={copy}>
        {label}
      </Button>
      <span role="status" className="text-small text-muted">
        {outcome === 'copied' && 'Copied.'}
        {outcome === 'failed' && 'The browser did not let us copy: select the text instead.'}
      </span>
    </span>
  )
}
