import type { SecureVersion } from 'node:tls'
import type { Message, Relay, Wire } from '../types'
import { createIdentity, type Identity } from './certificate'
import { connect, type Connection, type Endpoint } from './connection'
import { createLinkKey } from './link'
import { startManInTheMiddle } from './relay'
import { startTerminator } from './terminator'

/** The wire that Token Binding needs: the ordinary one, with the terminator in front of it. */
export interface TokenBindingWire extends Wire {
  /** The terminator, as clients reach it. */
  readonly endpoint: Endpoint
  /**
   * Opens a connection and makes a message that is good on it. The message travels on it the first
   * time it is sent; whoever sends the same bytes again, or others, is on another connection.
   */
  proveOnConnection(make: (connection: Connection) => Promise<Message>): Promise<Message>
  /** Stops the terminator and what is still connected. */
  close(): Promise<void>
}

export interface TokenBindingWireOptions {
  /** A member of the server's `AUTH_SECRET`: the link's key is derived from it. */
  readonly secret: string
  /** The one TLS version to speak; both, where absent. */
  readonly version?: SecureVersion
}

interface Pinned {
  readonly connection: Connection
  readonly make: (connection: Connection) => Promise<Message>
}

/**
 * Starts a terminator on a free port in front of a server, and gives the wire through it.
 *
 * @param inner the way from the terminator to the application
 *
 * @example
 * const wire = await openTokenBindingWire(httpWire, { secret: process.env.AUTH_SECRET! })
 * try {
 *   const holder = await tokenBinding.enter(wire)
 * } finally {
 *   await wire.close()
 * }
 */
export async function openTokenBindingWire(
  inner: Wire,
  { secret, version }: TokenBindingWireOptions,
): Promise<TokenBindingWire> {
  const identity = await createIdentity('session-lock lab')
  const terminator = await startTerminator({
    ...{ identity, linkKey: await createLinkKey(secret), forward: inner.send, now: inner.now },
    ...(version && { minVersion: version, maxVersion: version }),
  })
  const endpoint = { port: terminator.port, trusted: [identity.cert] }
  const pins = new WeakMap<Message, Pinned>()
  const open = new Set<Connection>()

  async function connectTo(to: Endpoint): Promise<Connection> {
    const connection = await connect(to, { version })
    open.add(connection)
    connection.socket.once('close', () => open.delete(connection))
    return connection
  }

  /** Once for each message: a second one who sends it finds no connection waiting. */
  function unpin(message: Message): Pinned | undefined {
    const pinned = pins.get(message)
    pins.delete(message)
    return pinned
  }

  return {
    ...{ origin: inner.origin, windows: inner.windows, now: inner.now, wait: inner.wait, endpoint },
    async proveOnConnection(make) {
      const connection = await connectTo(endpoint)
      const message = await make(connection)
      pins.set(message, { connection, make })
      return message
    },
    async send(message) {
      const pinned = unpin(message)?.connection
      return sendAndClose(pinned?.isOpen() ? pinned : await connectTo(endpoint), message)
    },
    openRelay: () => openRelay(endpoint, connectTo, unpin),
    async close() {
      for (const connection of open) connection.close()
      await terminator.close()
    },
  }
}

async function sendAndClose(connection: Connection, message: Message) {
  try {
    return await connection.send(message)
  } finally {
    connection.close()
  }
}

/**
 * The client takes the relay for the server, so it is the connection to the relay that an honest
 * message is bound to: what was proved for the server is made anew for this leg.
 */
async function openRelay(
  server: Endpoint,
  connectTo: (to: Endpoint) => Promise<Connection>,
  unpin: (message: Message) => Pinned | undefined,
): Promise<Relay> {
  const identity: Identity = await createIdentity('a man in the middle')
  const leg = await connectTo(server)
  const man = await startManInTheMiddle(identity, leg.send)
  const near = { port: man.port, trusted: [identity.cert] }
  return {
    loot: man.loot,
    async send(message) {
      const pinned = unpin(message)
      pinned?.connection.close()
      const connection = await connectTo(near)
      return sendAndClose(connection, pinned ? await pinned.make(connection) : message)
    },
    async close() {
      leg.close()
      await man.close()
    },
  }
}
