'use client'

import { useEffect, useId, useRef, useState, type FormEvent } from 'react'
import { useSessionLock } from '@/lib/client/use-session-lock'
import { explainAnswer } from '@/lib/client/bound-fetch'
import { Button } from '../ui/button'
import { Notice } from '../ui/notice'

interface Note {
  id: string
  text: string
  createdAt: number
}

/** The user's own data, behind the lock: every request here is signed. */
export function Notes() {
  const { fetch } = useSessionLock()
  const [notes, setNotes] = useState<Note[]>()
  const [failure, setFailure] = useState<string>()
  const [busy, setBusy] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  const fieldId = useId()

  /** Sends a request and resolves with its answer; what went wrong is shown, and nothing is lost. */
  async function send(path: string, init?: RequestInit): Promise<Response | undefined> {
    setFailure(undefined)
    try {
      const response = await fetch(path, init)
      if (response.ok) return response
      setFailure(await explainAnswer(response))
    } catch {
      setFailure('The server cannot be reached. Your note is still in the field.')
    }
    return undefined
  }

  useEffect(() => {
    const controller = new AbortController()
    fetch('/api/notes', { signal: controller.signal })
      .then(async (response) => {
        if (!response.ok) throw new Error(`The server answered ${response.status}.`)
        setNotes(((await response.json()) as { notes: Note[] }).notes)
      })
      .catch((error: unknown) => {
        if (!controller.signal.aborted) {
          setFailure(error instanceof Error ? error.message : 'The notes could not be read.')
        }
      })
    return () => controller.abort()
  }, [fetch])

  async function add(event: FormEvent) {
    event.preventDefault()
    const text = field.current?.value.trim()
    if (!text) return
    setBusy(true)
    const headers = { 'Content-Type': 'application/json' }
    const body = JSON.stringify({ text })
    const response = await send('/api/notes', { method: 'POST', headers, body })
    if (response) {
      const note = (await response.json()) as Note
      setNotes((before = []) => [note, ...before])
      if (field.current) field.current.value = ''
    }
    setBusy(false)
  }

  async function remove(id: string) {
    if (await send(`/api/notes/${id}`, { method: 'DELETE' })) {
      setNotes((before = []) => before.filter((note) => note.id !== id))
      field.current?.focus()
    }
  }

  return (
    <section aria-labelledby={`${fieldId}-title`} className="grid gap-5">
      <h2 id={`${fieldId}-title`} className="text-lead font-medium">
        Notes
      </h2>
      <form onSubmit={add} className="grid gap-3">
        <label htmlFor={fieldId} className="text-small text-muted">
          A note that only you should read
        </label>
        <textarea
          id={fieldId}
          ref={field}
          rows={2}
          required
          maxLength={10000}
          className="w-full rounded border border-edge bg-raised px-3 py-2"
        />
        <Button type="submit" disabled={busy} className="justify-self-start">
          {busy ? 'Keeping …' : 'Keep the note'}
        </Button>
      </form>
      {failure && (
        <Notice tone="falls" title="That did not work" live>
          {failure}
        </Notice>
      )}
      <NoteList notes={notes} onRemove={remove} />
    </section>
  )
}

function NoteList({
  notes,
  onRemove,
}: {
  notes: Note[] | undefined
  onRemove: (id: string) => void
}) {
  if (!notes) return <p className="text-muted">Reading your notes …</p>
  if (notes.length === 0) return <p className="text-muted">No notes yet.</p>
  return (
    <ul aria-label="Your notes" className="border-t border-line">
      {notes.map(({ id, text, createdAt }) => (
        <li key={id} className="flex items-start justify-between gap-4 border-b border-line py-3">
          <div className="min-w-0">
            <p className="wrap-anywhere whitespace-pre-wrap">{text}</p>
            <time
              dateTime={new Date(createdAt).toISOString()}
              className="font-mono text-small text-muted"
            >
              {new Date(createdAt).toLocaleTimeString('en')}
            </time>
          </div>
          <button
            type="button"
            onClick={() => onRemove(id)}
            className="min-h-11 shrink-0 px-2 text-muted underline underline-offset-4 hover:text-falls"
            aria-label={`Delete the note “${text.slice(0, 40)}”`}
          >
            Delete
          </button>
        </li>
      ))}
    </ul>
  )
}
