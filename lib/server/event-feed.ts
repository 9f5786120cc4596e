import { processWide } from './process-wide'
import { eventsAfter, latestSeq, type SessionEvent } from './stores/events'
import type { Db } from './stores/sqlite'

/**
 * The live events: one reader per process looks into the table and feeds all streams, so that what
 * another process has written arrives too, and many streams cost one query.
 */
export interface EventFeed {
  /** Calls back with each event of a user's; returns how to stop. */
  follow(userId: string, listener: (event: SessionEvent) => void): () => void
}

const LOOK_EVERY_MS = 100

/** The feed of this process. It looks while somebody follows, and rests otherwise. */
export function getEventFeed(db: Db): EventFeed {
  return processWide('event-feed', () => createEventFeed(db))
}

export function createEventFeed(db: Db, lookEveryMs = LOOK_EVERY_MS): EventFeed {
  const listeners = new Map<string, Set<(event: SessionEvent) => void>>()
  let isReading = false

  async function read(): Promise<void> {
    let seen = await latestSeq(db)
    while (listeners.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
      for (const event of await eventsAfter(db, seen)) {
        seen = event.seq
        for (const listener of listeners.get(event.userId) ?? []) listener(event)
      }
    }
  }

  /** Goes on after a fault of the store: who follows is better late than deaf. */
  async function readOn(): Promise<void> {
    isReading = true
    while (listeners.size > 0) {
      await read().catch((error: unknown) => console.error('events cannot be read:', error))
      if (listeners.size > 0) await new Promise((resolve) => setTimeout(resolve, 1000))
    }
    isReading = false
  }

  return {
    follow(userId, listener) {
      const ofUser = listeners.get(userId) ?? new Set()
      listeners.set(userId, ofUser.add(listener))
      if (!isReading) void readOn()
      return () => {
        ofUser.delete(listener)
        if (ofUser.size === 0 && listeners.get(userId) === ofUser) listeners.delete(userId)
      }
    },
  }
}
