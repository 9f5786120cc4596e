'use client'

import dynamic from 'next/dynamic'

/** The live token, loaded when the page itself stands: the way in must not wait for it. */
export const LiveTokenLater = dynamic(
  () => import('./live-token').then((module) => module.LiveToken),
  {
    ssr: false,
    // As high as what will stand here, so that nothing moves.
    loading: () => <div className="min-h-120" />,
  },
)
