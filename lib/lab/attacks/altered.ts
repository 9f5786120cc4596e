import { altered } from '../message'
import { judge } from './judge'
import type { Attack } from '../types'

/** A request is held up on its way, changed, and sent on in the owner's place. */

export const otherUrl: Attack = {
  group: 'altered',
  title: 'Captured proof, moved to another URL',
  story: 'Signed to ask who is signed in; sent on to read the notes.',
  async perform({ scheme, capture, asThief }) {
    const { account, read } = scheme.requests
    return judge(await asThief(altered(await capture(account), { target: read.target })))
  },
}

export const otherMethod: Attack = {
  group: 'altered',
  title: 'Captured proof, moved to another method',
  story: 'Signed to ask who is signed in; sent on to sign the owner out.',
  async perform({ scheme, newVictim, capture, asThief }) {
    const { account, signOut } = scheme.requests
    const request = await capture(account, await newVictim())
    return judge(await asThief(altered(request, { method: signOut.method })))
  },
}

export const otherQuery: Attack = {
  group: 'altered',
  title: 'Query changed',
  story: 'The address stays, the question behind it changes.',
  async perform({ scheme, capture, asThief }) {
    const request = await capture(scheme.requests.read)
    return judge(await asThief(altered(request, { target: `${request.target}?of=everybody` })))
  },
}

export const otherBody: Attack = {
  group: 'altered',
  title: 'Body swapped',
  story: 'The owner writes one thing; another arrives.',
  async perform({ scheme, capture, asThief }) {
    const request = await capture(scheme.requests.write('what I wrote'))
    const { body = '' } = scheme.requests.write('what you read')
    return judge(await asThief(altered(request, { body })))
  },
}
