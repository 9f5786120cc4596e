import { createHash, KeyObject, X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createServer } from 'node:tls'

/**
 * TLS before a server of this machine, with a certificate of its own: browsers speak DBSC over https
 * and nothing else.
 *
 * @typedef {{ key: string, cert: string }} Identity in PEM
 */

const DAY_MS = 86_400_000
const LIFE_DAYS = 90

/**
 * The certificate in this folder, made where there is none and made anew a day before it is over.
 *
 * @param {string} folder
 * @returns {Promise<Identity>}
 */
export async function ensureIdentity(folder) {
  const [keyFile, certFile] = [join(folder, 'localhost.key'), join(folder, 'localhost.crt')]
  if (existsSync(keyFile) && existsSync(certFile)) {
    const cert = readFileSync(certFile, 'utf8')
    const until = Date.parse(new X509Certificate(cert).validTo)
    if (until > Date.now() + DAY_MS) return { key: readFileSync(keyFile, 'utf8'), cert }
  }
  const identity = await createIdentity()
  mkdirSync(folder, { recursive: true })
  writeFileSync(keyFile, identity.key, { mode: 0o600 })
  writeFileSync(certFile, identity.cert)
  return identity
}

/** A self-signed certificate for `localhost`. @returns {Promise<Identity>} */
export async function createIdentity() {
  // The library finds its parts by decorators, which this stands behind.
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=localhost',
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + LIFE_DAYS * DAY_MS),
    extensions: [
      new x509.BasicConstraintsExtension(false),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
    ],
  })
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' })
  return { key: String(key), cert: certificate.toString('pem') }
}

/** The key's hash, by which a browser is told to trust the certificate. @param {Identity} identity */
export function spkiHash({ cert }) {
  const { publicKey } = new X509Certificate(cert)
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(spki).digest('base64')
}

/**
 * What Chromium has to be told where there is no TPM: to take software keys, not to count how often
 * they sign, and to trust this certificate.
 *
 * @param {Identity} identity
 */
export function browserFlags(identity) {
  return [
    '--enable-features=DeviceBoundSessions:RefreshQuota/false,EnableBoundSessionCredentialsSoftwareKeysForManualTesting',
    `--ignore-certificate-errors-spki-list=${spkiHash(identity)}`,
  ]
}

/**
 * Ends TLS and passes on what is inside.
 *
 * @param {Identity} identity
 * @param {{ port: number, host?: string, target: number }} ports `target` listens on 127.0.0.1
 * @returns {Promise<{ port: number, close: () => Promise<void> }>} the port that it got
 */
export async function startTerminator(identity, { port, host = '127.0.0.1', target }) {
  /** @type {Set<import('node:stream').Duplex>} */
  const open = new Set()
  const server = createServer(identity, (near) => {
    const far = connect(target, '127.0.0.1')
    for (const [socket, other] of /** @type {const} */ ([
      [near, far],
      [far, near],
    ])) {
      open.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => open.delete(socket) && other.destroy())
      socket.pipe(other)
    }
  })
  // A browser that does not trust the certificate yet hangs up; that ends nothing but its connection.
  server.on('tlsClientError', () => {})
  await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve(undefined))
  })
  const address = /** @type {import('node:net').AddressInfo} */ (server.address())
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}
