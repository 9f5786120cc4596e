import { createKeyPair } from '@/lib/protocol/enrol'
import type { Answer, Message } from '../../types'
import { createIdentity } from '../certificate'
import { connect, type Connection, type ConnectOptions, type Endpoint } from '../connection'
import { bound } from '../proof'
import { createLinkKey } from '../link'
import { present, requests } from '../scheme'
import { startTerminator } from '../terminator'
import type { TlsVersion, World } from './types'

/** A terminator before the running application, and somebody who comes to it. */
export interface Stage {
  readonly world: World
  readonly version: TlsVersion
  readonly endpoint: Endpoint
  /** How many messages the terminator has verified, not counting those it found in its cache. */
  verifications(): number
  connect(options?: ConnectOptions): Promise<Connection>
  close(): Promise<void>
}

export async function openStage(world: World, version: TlsVersion): Promise<Stage> {
  const identity = await createIdentity('the server')
  let verifications = 0
  const terminator = await startTerminator({
    ...{ identity, minVersion: version, maxVersion: version },
    ...{ linkKey: await createLinkKey(world.secret), forward: world.app, now: Date.now },
    onVerify: () => verifications++,
  })
  const endpoint = { port: terminator.port, trusted: [identity.cert] }
  return {
    ...{ world, version, endpoint, close: terminator.close },
    verifications: () => verifications,
    connect: (options) => connect(endpoint, { version, ...options }),
  }
}

/** Somebody with a key, and with a session once signed in. */
export interface Person {
  readonly keyPair: CryptoKeyPair
  cookie: string
}

export async function createPerson(): Promise<Person> {
  return { keyPair: await createKeyPair(), cookie: '' }
}

const signInMessage: Message = { ...requests.signOut, method: 'POST' }

/** Signs in on a connection: the cookie is bound to the key that proved itself there. */
export async function signIn(person: Person, connection: Connection): Promise<Answer> {
  const answer = await connection.send(await bound(signInMessage, connection, person.keyPair))
  person.cookie = cookieOf(answer)
  return answer
}

export function cookieOf({ headers }: Answer): string {
  return headers.getSetCookie()[0]?.match(/^lab-token-binding=([^;]*)/)?.[1] ?? ''
}

/** The person's request with cookie and proof, made for a connection. */
export function proved(
  { keyPair, cookie }: Person,
  connection: Connection,
  message: Message = requests.read,
): Promise<Message> {
  return bound(present(message, cookie), connection, keyPair)
}

/** Opens a connection for one request, and closes it. */
export async function visit(
  open: Promise<Connection>,
  make: (connection: Connection) => Message | Promise<Message>,
): Promise<Answer> {
  const connection = await open
  try {
    return await connection.send(await make(connection))
  } finally {
    connection.close()
  }
}
