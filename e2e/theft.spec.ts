import {
  copyToken,
  enterAsGuest,
  expect,
  present,
  presentSigned,
  test,
  withinOneWindow,
  writeNote,
} from './people'

test('a stolen token is refused in another browser, and its owner goes on', async ({
  victim,
  thief,
}) => {
  await enterAsGuest(victim)
  await writeNote(victim, 'the combination is 7-21-42')
  const token = await copyToken(victim)
  expect(token.split('.')).toHaveLength(5)
  expect(await presentSigned(thief, token)).toMatchObject({
    status: 401,
    code: 'ERR_PROOF_INVALID',
  })
  await writeNote(victim, 'still here')
})

test('a captured request is refused when it is sent again', async ({ victim, thief }) => {
  await withinOneWindow()
  await enterAsGuest(victim)
  await expect(victim.getByText('No notes yet.')).toBeVisible()
  const token = await copyToken(victim)
  expect(await present(thief, token)).toMatchObject({ status: 401, code: 'ERR_PROOF_REPLAYED' })
})

test('the session token alone is refused', async ({ victim, thief }) => {
  await enterAsGuest(victim)
  // What malware that reads the browser's storage finds.
  const token = await victim.evaluate(() => localStorage.getItem('session-lock.token'))
  expect(token?.split('.')).toHaveLength(3)
  expect(await present(thief, token!)).toMatchObject({ status: 401, code: 'ERR_PROOF_MISSING' })
})

test("the key of the victim's browser cannot be exported by script in its page", async ({
  victim,
}) => {
  await enterAsGuest(victim)
  const outcome = await victim.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('session-lock')
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(opening.error!)
    })
    const live = await new Promise<{ privateKey: CryptoKey }>((resolve) => {
      const reading = db.transaction('live').objectStore('live').get('session')
      reading.onsuccess = () => resolve(reading.result)
    })
    const exports = await Promise.allSettled(
      (['jwk', 'pkcs8', 'raw'] as const).map((format) =>
        crypto.subtle.exportKey(format as 'jwk', live.privateKey),
      ),
    )
    db.close()
    return { ...exports.map(({ status }) => status), stored: JSON.stringify(live.privateKey) }
  })
  expect(outcome).toEqual({ 0: 'rejected', 1: 'rejected', 2: 'rejected', stored: '{}' })
})
