'use client'

import { Button } from './ui/button'

export default function ErrorPage({ reset }: { reset: () => void }) {
  return (
    <div className="grid max-w-prose justify-items-start gap-4">
      <h1 className="text-title font-medium">Something broke on our side</h1>
      <p className="text-muted">Your session and its key are as they were.</p>
      <Button onClick={reset}>Try again</Button>
    </div>
  )
}
