import type { AddressInfo } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import { createIdentity } from '../certificate'
import { connect, type Connection } from '../connection'
import { signUnique, tlsUnique, verifyUnique } from '../history'
import { createPerson } from './stage'
import { defineAct, type Scene, type TlsVersion, type World } from './types'

/** History: the first drafts' form, where both ends are at hand. */

interface AncestorStage {
  /** A connection, and the server's end of it. */
  connect(session?: Buffer): Promise<[client: Connection, server: TLSSocket]>
  readonly keyPair: CryptoKeyPair
  close(): Promise<void>
}

async function open(_world: World, version: TlsVersion): Promise<AncestorStage> {
  const identity = await createIdentity('history')
  const ends: ((socket: TLSSocket) => void)[] = []
  const server = createServer(
    { ...identity, minVersion: version, maxVersion: version },
    (socket) => {
      socket.on('error', () => socket.destroy())
      ends.shift()?.(socket)
    },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endpoint = { port: (server.address() as AddressInfo).port, trusted: [identity.cert] }
  const open = new Set<Connection>()
  return {
    keyPair: (await createPerson()).keyPair,
    async connect(session) {
      const end = new Promise<TLSSocket>((resolve) => ends.push(resolve))
      const connection = await connect(endpoint, { version, session })
      open.add(connection)
      return [connection, await end]
    },
    close: () => {
      for (const connection of open) connection.close()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

const inWords = (isSigned: boolean) => (isSigned ? 'verifies' : 'does not verify')

const onTls12: Scene<AncestorStage>[] = [
  {
    title: 'The client signs tls-unique; the server verifies over its own',
    expected: 'verifies',
    async play({ connect, keyPair }) {
      const [client, server] = await connect()
      const signature = await signUnique(keyPair, tlsUnique(client.socket, 'client'))
      return inWords(await verifyUnique(keyPair, tlsUnique(server, 'server'), signature))
    },
  },
  {
    title: 'The same on a resumed connection, where the server finishes first',
    expected: 'resumed, verifies',
    async play({ connect, keyPair }) {
      const [first] = await connect()
      const [client, server] = await connect(first.session())
      const signature = await signUnique(keyPair, tlsUnique(client.socket, 'client'))
      const isSigned = await verifyUnique(keyPair, tlsUnique(server, 'server'), signature)
      return `${client.isResumed ? 'resumed' : 'not resumed'}, ${inWords(isSigned)}`
    },
  },
  {
    title: 'A signature of one connection on another',
    expected: 'does not verify',
    async play({ connect, keyPair }) {
      const [there] = await connect()
      const [, here] = await connect()
      const signature = await signUnique(keyPair, tlsUnique(there.socket, 'client'))
      return inWords(await verifyUnique(keyPair, tlsUnique(here, 'server'), signature))
    },
  },
]

const onTls13: Scene<AncestorStage>[] = [
  {
    title: 'tls-unique of a TLS 1.3 connection',
    expected: 'there is none',
    async play({ connect }) {
      const [client] = await connect()
      try {
        return String(tlsUnique(client.socket, 'client').length)
      } catch {
        return 'there is none'
      }
    },
  },
]

export const ancestors = defineAct('History: what the first drafts signed', open, (version) =>
  version === 'TLSv1.2' ? onTls12 : onTls13,
)
