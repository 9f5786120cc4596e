import { encodeBase64url } from '@/lib/protocol/encoding'
import type { Header, Message } from '../../types'
import { type Connection } from '../connection'
import { bound } from '../proof'
import { ID_HEADERS, LINK_HEADER } from '../link'
import { tokenBindingId } from '../message'
import { present, requests } from '../scheme'
import { createPerson, openStage, proved, signIn, visit, type Person, type Stage } from './stage'
import {
  defineAct,
  inBrief,
  orNoConnection,
  type Scene,
  type TlsVersion,
  type World,
} from './types'

/** SSL_OP_NO_EXTENDED_MASTER_SECRET of OpenSSL 3, for which Node has no name. */
const NO_EXTENDED_MASTER_SECRET = 1

interface SessionStage extends Stage {
  readonly owner: Person
  /** The owner's first connection, open all the while. */
  readonly first: Connection
}

async function open(world: World, version: TlsVersion): Promise<SessionStage> {
  const stage = await openStage(world, version)
  const first = await stage.connect()
  return { ...stage, first, owner: await createPerson() }
}

const withHeaders = (message: Message, headers: readonly Header[]): Message => ({
  ...message,
  headers: [...message.headers, ...headers],
})

const honest: Scene<SessionStage>[] = [
  {
    title: 'Sign in: the cookie is bound to the key that proved itself on this connection',
    expected: '201',
    play: async ({ owner, first }) => inBrief(await signIn(owner, first)),
  },
  {
    title: 'Use the session: three requests on the connection, under one header',
    expected: '200, 200, 200, verified once',
    async play({ owner, first, verifications }) {
      const message = await proved(owner, first)
      const answers = []
      const before = verifications()
      for (let i = 0; i < 3; i++) answers.push(await first.send(message))
      const times = verifications() - before
      return `${inBrief(...answers)}, verified ${times === 1 ? 'once' : `${times} times`}`
    },
  },
  {
    title: 'Come back on a new connection with the same key',
    expected: '200 over other keying material',
    async play({ owner, first, connect }) {
      const connection = await connect()
      const answer = await visit(Promise.resolve(connection), () => proved(owner, connection))
      return `${inBrief(answer)} over ${material(first, connection)}`
    },
  },
  {
    title: 'Resume the TLS session with the same key',
    expected: '200 over other keying material, resumed',
    async play({ owner, first, connect }) {
      const connection = await connect({ session: first.session() })
      const answer = await visit(Promise.resolve(connection), () => proved(owner, connection))
      const how = connection.isResumed ? 'resumed' : 'not resumed'
      return `${inBrief(answer)} over ${material(first, connection)}, ${how}`
    },
  },
  {
    title: 'Another method, address and body under the same header, on the same connection',
    expected: '201',
    async play({ owner, first }) {
      const { headers } = await proved(owner, first)
      const { method, target, body } = requests.write('not what was proved')
      return inBrief(await first.send({ method, target, headers, body }))
    },
  },
]

const theft: Scene<SessionStage>[] = [
  {
    title: 'The stolen cookie, alone, on another connection',
    expected: '401 ERR_PROOF_MISSING',
    play: async ({ owner, connect }) =>
      inBrief(await visit(connect(), () => present(requests.read, owner.cookie))),
  },
  {
    title: 'The stolen cookie, with a proof by the thief’s own key',
    expected: '401 ERR_PROOF_INVALID',
    async play({ owner, connect }) {
      const thief = { ...(await createPerson()), cookie: owner.cookie }
      return inBrief(await visit(connect(), (connection) => proved(thief, connection)))
    },
  },
  {
    title: 'The stolen cookie and the stolen header, on another connection',
    expected: '401 ERR_PROOF_INVALID',
    play: async ({ owner, first, connect }) =>
      inBrief(await visit(connect(), () => proved(owner, first))),
  },
  {
    title: 'The same, with the owner’s ID claimed in the header that the application reads',
    expected: '401 ERR_PROOF_INVALID',
    async play({ owner, connect }) {
      const { keyPair } = await createPerson()
      const claim = await claimOf(owner)
      return inBrief(
        await visit(connect(), (connection) =>
          bound(withHeaders(present(requests.read, owner.cookie), [claim]), connection, keyPair),
        ),
      )
    },
  },
  {
    title:
      'The claimed ID sent to the application itself, past the terminator; then with a made-up seal',
    expected: '401 ERR_PROOF_MISSING, 401 ERR_PROOF_INVALID',
    async play({ owner, world }) {
      const message = withHeaders(present(requests.read, owner.cookie), [await claimOf(owner)])
      const seal: Header = [LINK_HEADER, `${Date.now()}.${'A'.repeat(43)}`]
      return inBrief(await world.app(message), await world.app(withHeaders(message, [seal])))
    },
  },
  {
    title: 'Two Sec-Token-Binding headers',
    expected: '400 ERR_INPUT',
    async play({ owner, connect }) {
      return inBrief(
        await visit(connect(), async (connection) =>
          bound(await proved(owner, connection), connection, owner.keyPair),
        ),
      )
    },
  },
  {
    title: 'Export the private key',
    expected: 'not exported',
    play: async ({ owner }) =>
      crypto.subtle.exportKey('pkcs8', owner.keyPair.privateKey).then(
        () => 'exported',
        () => 'not exported',
      ),
  },
  {
    title: 'Sign out, and use the session once more',
    expected: '204, 401 ERR_SESSION_REVOKED',
    play: async ({ owner, first }) =>
      inBrief(
        await first.send(await proved(owner, first, requests.signOut)),
        await first.send(await proved(owner, first)),
      ),
  },
]

const withoutMasterSecret: Scene<SessionStage> = {
  title: 'A client without the extended master secret',
  expected: 'no connection',
  play: ({ connect }) => orNoConnection(connect({ secureOptions: NO_EXTENDED_MASTER_SECRET })),
}

function material(a: Connection, b: Connection): string {
  const isSame = encodeBase64url(a.ekm) === encodeBase64url(b.ekm)
  return isSame ? 'the same keying material' : 'other keying material'
}

async function claimOf({ keyPair }: Person): Promise<Header> {
  return [ID_HEADERS.provided, encodeBase64url(await tokenBindingId(keyPair.publicKey))]
}

export const session = defineAct(
  'A session, and its thieves',
  async (world, version) => {
    const stage = await open(world, version)
    return {
      ...stage,
      async close() {
        stage.first.close()
        await stage.close()
      },
    }
  },
  (version) => [...honest, ...theft, ...(version === 'TLSv1.2' ? [withoutMasterSecret] : [])],
)
