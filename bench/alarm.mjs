import { generateKey, prepare, send, signIn } from '../e2e/independent/client.mjs'

/**
 * How long from a theft that is refused to the event in the owner's stream, in ms: a refusal at the
 * edge, its report, the table, the reader, the stream.
 *
 * @param {string} origin
 */
export async function measureAlarm(origin, attempts = 21) {
  const owner = await signIn(origin, { guest: true })
  const { url, headers } = prepare(owner, 'GET', '/api/events')
  const { body } = await fetch(url, { headers })
  const reader = /** @type {ReadableStream<Uint8Array>} */ (body).getReader()
  const decoder = new TextDecoder()
  const thief = { ...owner, key: generateKey() }
  const times = []
  for (let i = 0; i < attempts; i++) {
    const startedAt = performance.now()
    void send(prepare(thief, 'GET', '/api/notes'))
    for (let text = ''; !text.includes('ERR_PROOF_INVALID');) {
      const { value, done } = await reader.read()
      if (done) throw new Error('the stream ended')
      text += decoder.decode(value)
    }
    times.push(performance.now() - startedAt)
    // So that each attempt meets the reader at another moment of its round.
    await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 150))
  }
  await reader.cancel()
  return times.sort((a, b) => a - b)[times.length >> 1] ?? 0
}
