'use client'

import dynamic from 'next/dynamic'
import { Button } from './button'

/** The way in, its script loaded when the page itself stands; until then there is room for it. */
export const EnterLater = dynamic(() => import('./enter').then((module) => module.Enter), {
  ssr: false,
  loading: () => (
    <div className="grid justify-items-start gap-5">
      <Button disabled>Enter as a guest</Button>
      <div aria-hidden className="h-18" />
    </div>
  ),
})
