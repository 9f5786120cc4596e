/**
 * One of a thing per process. Next loads a module more than once (pages, handlers, start-up), so
 * module state is not enough for databases, caches and timers.
 */
export function processWide<T>(name: string, make: () => T): T {
  const registry = globalThis as unknown as Record<symbol, T | undefined>
  return (registry[Symbol.for(`session-lock.${name}`)] ??= make())
}
