import { encodeBase64url } from '@/lib/protocol/encoding'
import type { Answer, Message } from '../../types'
import { jsonOf } from '../json'
import { createIdentity } from '../certificate'
import { connect, type Connection } from '../connection'
import { bound } from '../proof'
import { asksToReveal, createFederation } from '../federation'
import { createLinkKey } from '../link'
import { parseMessage } from '../message'
import { startTerminator, type Terminator } from '../terminator'
import { createPerson, visit } from './stage'
import { defineAct, inBrief, type Scene, type TlsVersion, type World } from './types'

/** Two origins on this machine: the consumer of a token, and its provider. */

interface FederatedStage {
  readonly atConsumer: () => Promise<Connection>
  readonly atProvider: () => Promise<Connection>
  readonly providerUrl: string
  /** The client's keys: one with each, because keys are scoped to whom they are used with. */
  readonly withConsumer: CryptoKeyPair
  readonly withProvider: CryptoKeyPair
  close(): Promise<void>
}

async function open({ secret }: World, version: TlsVersion): Promise<FederatedStage> {
  const linkKey = await createLinkKey(secret)
  const { provider, consumer } = await createFederation(linkKey, 'https://consumer.test')
  const identity = await createIdentity('two origins')
  const start = (forward: (message: Message) => Promise<Answer>): Promise<Terminator> =>
    startTerminator({
      ...{ identity, linkKey, forward, now: Date.now },
      ...{ minVersion: version, maxVersion: version },
    })
  const [first, second] = [await start(consumer), await start(provider)]
  const reach = ({ port }: Terminator) => connect({ port, trusted: [identity.cert] }, { version })
  return {
    atConsumer: () => reach(first),
    atProvider: () => reach(second),
    providerUrl: `https://127.0.0.1:${second.port}/authorize`,
    withConsumer: (await createPerson()).keyPair,
    withProvider: (await createPerson()).keyPair,
    async close() {
      await Promise.all([first.close(), second.close()])
    },
  }
}

const start = (url: string): Message => ({
  ...{ method: 'GET', target: `/start?provider=${encodeURIComponent(url)}`, headers: [] },
})
const authorize: Message = { method: 'GET', target: '/authorize', headers: [] }
const finish = (assertion: string): Message => ({
  ...{ method: 'POST', target: '/finish', headers: [], body: assertion },
})

/** From the consumer to the provider, as far as the assertion. */
async function fetchAssertion(stage: FederatedStage) {
  const { atConsumer, atProvider, withConsumer, withProvider, providerUrl } = stage
  const sent = await visit(atConsumer(), (c) => bound(start(providerUrl), c, withConsumer))
  const shown = asksToReveal(sent) ? withConsumer : undefined
  const given = await visit(atProvider(), (c) => bound(authorize, c, withProvider, shown))
  return { sent, given, assertion: jsonOf<{ assertion: string }>(given)?.assertion ?? '' }
}

const ids = (message: Message) => {
  const value = message.headers.find(([name]) => name === 'Sec-Token-Binding')![1]
  const bytes = new Uint8Array(Buffer.from(value, 'base64url'))
  return parseMessage(bytes).map(({ id }) => encodeBase64url(id))
}

export const federation = defineAct(
  'Federation, between two origins',
  open,
  () =>
    [
      {
        title: 'To the consumer, on to the provider with both keys, and back with its assertion',
        expected: '303, 200, 201',
        async play(stage) {
          const { sent, given, assertion } = await fetchAssertion(stage)
          const taken = await visit(stage.atConsumer(), (connection) =>
            bound(finish(assertion), connection, stage.withConsumer),
          )
          return inBrief(sent, given, taken)
        },
      },
      {
        title: 'What the provider is shown as referred is what the consumer sees as provided',
        expected: 'the same ID; the provider’s own is another',
        async play({ atConsumer, atProvider, withConsumer, withProvider }) {
          const [here, there] = [await atConsumer(), await atProvider()]
          const [seen] = ids(await bound(authorize, here, withConsumer))
          const [own, referred] = ids(await bound(authorize, there, withProvider, withConsumer))
          for (const connection of [here, there]) connection.close()
          const first = referred === seen ? 'the same ID' : 'another ID'
          return `${first}; the provider’s own is ${own === seen ? 'the same' : 'another'}`
        },
      },
      {
        title: 'The assertion stolen on its way back, and taken to the consumer by another client',
        expected: '401 ERR_PROOF_INVALID',
        async play(stage) {
          const { assertion } = await fetchAssertion(stage)
          const { keyPair } = await createPerson()
          return inBrief(
            await visit(stage.atConsumer(), (c) => bound(finish(assertion), c, keyPair)),
          )
        },
      },
      {
        title: 'The provider is asked without the consumer’s key',
        expected: '401 ERR_PROOF_MISSING',
        play: async ({ atProvider, withProvider }) =>
          inBrief(await visit(atProvider(), (c) => bound(authorize, c, withProvider))),
      },
      {
        title: 'Both bindings as they were sent to the consumer, sent to the provider',
        expected: '401 ERR_PROOF_INVALID',
        async play({ atConsumer, atProvider, withConsumer, withProvider }) {
          const here = await atConsumer()
          const message = await bound(authorize, here, withProvider, withConsumer)
          here.close()
          return inBrief(await visit(atProvider(), () => message))
        },
      },
    ] satisfies Scene<FederatedStage>[],
)
