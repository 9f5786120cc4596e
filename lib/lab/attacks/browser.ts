import { judge } from './judge'
import type { Attack, Holder } from '../types'

/** Somebody is inside the victim's browser. */

export const keyExport: Attack = {
  group: 'in the browser',
  title: 'Private key exported by script',
  story: 'Script in the page takes with it whatever it can read: the key, or the token.',
  needs: 'a browser',
  async perform({ scheme, victim, stamp, asThief }) {
    const { keyPair, isReadable } = victim
    if (!keyPair && !isReadable) return { isIn: false, code: 'HttpOnly' }
    if (!keyPair) return judge(await asThief(scheme.present(scheme.requests.read, victim)))
    const stolen = await exportKey(keyPair.privateKey)
    if (!stolen) return { isIn: false, code: 'not extractable' }
    const armed: Holder = { ...victim, keyPair: { ...keyPair, privateKey: stolen } }
    return judge(await asThief(await scheme.prove(scheme.requests.read, armed, stamp())))
  },
}

/** The key as another browser would use it; undefined where it stays here. */
async function exportKey(key: CryptoKey): Promise<CryptoKey | undefined> {
  const bytes = await crypto.subtle.exportKey('pkcs8', key).catch(() => undefined)
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  return bytes && crypto.subtle.importKey('pkcs8', bytes, algorithm, false, ['sign'])
}

export const scriptSigns: Attack = {
  group: 'in the browser',
  title: 'Script in the page signs while it runs',
  story: 'Script in the page asks the victim’s own client to send, and reads what comes back.',
  needs: 'a browser',
  async perform({ scheme, victim, asOwner }) {
    return judge(await asOwner(scheme.requests.read, victim))
  },
}

export const profileCopied: Attack = {
  group: 'in the browser',
  title: 'Browser profile copied from disk',
  story: 'Malware copies the profile’s folder. Software keys lie in it, whatever script may do.',
  needs: 'a copied profile',
  async perform({ scheme, victim, stamp, asThief }) {
    // The copy holds what the original holds, the handle of the key included.
    const copy: Holder = { ...victim, ...(victim.keyPair && { keyPair: { ...victim.keyPair } }) }
    return judge(await asThief(await scheme.prove(scheme.requests.read, copy, stamp())))
  },
}
