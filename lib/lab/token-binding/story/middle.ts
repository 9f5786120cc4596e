import type { Credential } from '@/lib/protocol/types'
import type { Answer, Message } from '../../types'
import { createIdentity } from '../certificate'
import { connect, type Connection, type Endpoint } from '../connection'
import { BINDING_HEADER, bound } from '../proof'
import { startManInTheMiddle } from '../relay'
import { requests } from '../scheme'
import { createDpopResource } from './dpop'
import { enterLocked, readLocked } from './locked'
import {
  cookieOf,
  createPerson,
  openStage,
  proved,
  signIn,
  visit,
  type Person,
  type Stage,
} from './stage'
import {
  defineAct,
  inBrief,
  orNoConnection,
  type Scene,
  type TlsVersion,
  type World,
} from './types'

/** Somebody who holds both legs: a thief, or the house's own inspection of its traffic. */

interface MiddleStage extends Stage {
  readonly owner: Person
  readonly guest: Credential
  /** Runs with a man in the middle whose certificate the client trusts, and who treats messages so. */
  withMan<T>(
    treat: (message: Message, leg: Connection) => Message | Promise<Message>,
    act: (near: Endpoint) => Promise<T>,
  ): Promise<T>
}

async function open(world: World, version: TlsVersion): Promise<MiddleStage> {
  const stage = await openStage(world, version)
  const owner = await createPerson()
  const connection = await stage.connect()
  await signIn(owner, connection)
  connection.close()
  return {
    ...{ ...stage, owner, guest: await enterLocked(world.app, world.origin) },
    async withMan(treat, act) {
      const identity = await createIdentity('a man in the middle')
      const leg = await stage.connect()
      const man = await startManInTheMiddle(identity, async (message) =>
        leg.send(await treat(message, leg)),
      )
      try {
        return await act({ port: man.port, trusted: [identity.cert] })
      } finally {
        leg.close()
        await man.close()
      }
    },
  }
}

const asItIs = (message: Message) => message
/** What a proxy does that has never heard of Token Binding, or does not negotiate it. */
const withoutBinding = ({ headers, ...rest }: Message): Message => ({
  ...rest,
  headers: headers.filter(([name]) => name !== BINDING_HEADER),
})

/** A man in the middle before a server that he reaches by `sendOn`, and a client that comes to him. */
async function throughMan(
  version: TlsVersion,
  sendOn: (message: Message) => Promise<Answer>,
  ask: (send: (message: Message) => Promise<Answer>) => Promise<Answer>,
): Promise<Answer> {
  const identity = await createIdentity('a man in the middle')
  const man = await startManInTheMiddle(identity, sendOn)
  const connection = await connect({ port: man.port, trusted: [identity.cert] }, { version })
  try {
    return await ask(connection.send)
  } finally {
    connection.close()
    await man.close()
  }
}

const readThroughMan = ({ world, guest, version }: MiddleStage) =>
  throughMan(version, world.app, (send) => readLocked(guest, world.app, world.origin, send))

const atHome = ({ owner, connect: open }: MiddleStage, person = owner) =>
  visit(open(), (connection) => proved(person, connection))

export const middle = defineAct(
  'A man in the middle, with both legs open',
  open,
  () =>
    [
      {
        title: 'Token Binding: he relays the very request',
        expected: '401 ERR_PROOF_INVALID',
        play: ({ owner, version, withMan }) =>
          withMan(asItIs, async (near) =>
            inBrief(await visit(connect(near, { version }), (leg) => proved(owner, leg))),
          ),
      },
      {
        title: 'session-lock: he relays the very request',
        expected: '200',
        play: async (stage) => inBrief(await readThroughMan(stage)),
      },
      {
        title: 'DPoP: he relays the very request, and then one without its proof',
        expected: '200, 401',
        async play({ version }) {
          const { prove, answer } = await createDpopResource()
          const proved = await prove()
          const { headers, ...rest } = proved
          const stripped = { ...rest, headers: headers.filter(([name]) => name !== 'DPoP') }
          return inBrief(
            await throughMan(version, answer, (send) => send(proved)),
            await throughMan(version, answer, (send) => send(stripped)),
          )
        },
      },
      {
        title: 'Any: his certificate is not one that the client trusts',
        expected: 'no connection',
        play: ({ endpoint, version, withMan }) =>
          withMan(asItIs, ({ port }) =>
            orNoConnection(connect({ ...endpoint, port }, { version })),
          ),
      },
    ] satisfies Scene<MiddleStage>[],
)

export const inspection = defineAct(
  'A house that inspects its own traffic',
  open,
  () =>
    [
      {
        title: 'At home: the honest owner reads',
        expected: '200',
        play: async (stage) => inBrief(await atHome(stage)),
      },
      {
        title: 'At work: the proxy hands the header on',
        expected: '401 ERR_PROOF_INVALID',
        play: ({ owner, version, withMan }) =>
          withMan(asItIs, async (near) =>
            inBrief(await visit(connect(near, { version }), (leg) => proved(owner, leg))),
          ),
      },
      {
        title: 'At work: the proxy drops the header, as one does that never agreed on it',
        expected: '401 ERR_PROOF_MISSING',
        play: ({ owner, version, withMan }) =>
          withMan(withoutBinding, async (near) =>
            inBrief(await visit(connect(near, { version }), (leg) => proved(owner, leg))),
          ),
      },
      {
        title: 'At home again: nothing was lost',
        expected: '200',
        play: async (stage) => inBrief(await atHome(stage)),
      },
      {
        title: 'Signed in at work, through a proxy that binds with a key of its own; then at home',
        expected: '201, 200, 401 ERR_PROOF_INVALID',
        async play(stage) {
          const [proxy, employee] = [await createPerson(), await createPerson()]
          const rebound = async (message: Message, leg: Connection) =>
            bound(withoutBinding(message), leg, proxy.keyPair)
          return stage.withMan(rebound, async (near) => {
            const connection = await connect(near, { version: stage.version })
            const born = await signIn(employee, connection)
            employee.cookie = cookieOf(born)
            const read = await connection.send(await proved(employee, connection, requests.read))
            connection.close()
            return inBrief(born, read, await atHome(stage, employee))
          })
        },
      },
      {
        title: 'session-lock: at home, at work, at home again',
        expected: '200, 200, 200',
        async play(stage) {
          const { world, guest } = stage
          const home = () => readLocked(guest, world.app, world.origin, world.app)
          return inBrief(await home(), await readThroughMan(stage), await home())
        },
      },
    ] satisfies Scene<MiddleStage>[],
)
