/** Runs once, when the server starts: a wrong environment ends the process, not the first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { start } = await import('./lib/server/start')
  await start()
}
