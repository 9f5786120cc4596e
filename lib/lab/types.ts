/** What the lab is made of: schemes that hold a session, and attacks that are performed on them. */

export const SCHEME_IDS = [
  'bearer',
  'next-auth',
  'first-published',
  'profile-1',
  'profile-2',
  'cookie',
  'dpop',
  'dbsc',
  'token-binding',
] as const
export type SchemeId = (typeof SCHEME_IDS)[number]

/** What the application itself speaks; the other schemes are the lab's own. */
const APPLICATION_SCHEMES = ['profile-1', 'profile-2', 'cookie'] as const
/** What a browser speaks by itself, or did once, so that no page could hold it. */
const BROWSER_SCHEMES = ['dbsc', 'token-binding'] as const
export type OwnScheme = Exclude<
  SchemeId,
  (typeof APPLICATION_SCHEMES)[number] | (typeof BROWSER_SCHEMES)[number]
>

export function isBrowserScheme(scheme: SchemeId): boolean {
  return (BROWSER_SCHEMES as readonly string[]).includes(scheme)
}

export function isOwnScheme(scheme: SchemeId): scheme is OwnScheme {
  return !([...APPLICATION_SCHEMES, ...BROWSER_SCHEMES] as readonly string[]).includes(scheme)
}

export type Header = readonly [name: string, value: string]

/** A request as it will lie on the wire. Its headers are a list, because attackers double them. */
export interface Message {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly headers: readonly Header[]
  readonly body?: string
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
  /** Why it was refused, in the scheme's own words. */
  readonly code?: string
  /** Milliseconds from sending to the end of the answer. */
  readonly ms: number
}

/** What a deployment says of its own windows, so that attacks know how long to wait. */
export interface Windows {
  readonly maxAgeMs: number
  readonly toleranceMs: number
  readonly challengeWindowMs: number
}

/** The way to a running server, and the clock of whoever stands at its near end. */
export interface Wire {
  /** The origin that requests are signed for. */
  readonly origin: string
  readonly windows: Windows
  send(message: Message): Promise<Answer>
  /** Milliseconds. */
  now(): number
  wait(ms: number): Promise<void>
  /** A man in the middle between a client and the server: what the client sends, he sends on. */
  openRelay(): Promise<Relay>
}

/** Both legs are the relay's: the client's answer is what he cares to hand back. */
export interface Relay {
  /** Sends to the relay, as the client does who takes it for the server. */
  send(message: Message): Promise<Answer>
  /** What the server answered to what was relayed. */
  readonly loot: readonly Answer[]
  close(): Promise<void>
}

/** What is copied when a session is stolen, and where it is good. */
export interface Loot {
  /** The token, or the cookie's value. */
  readonly token: string
  readonly origin: string
}

/** What a signed-in client of a scheme holds. */
export interface Holder extends Loot {
  /** Who this is: a text that only an answer to this account contains. */
  readonly owner: string
  /** Whether script in the page could read it. */
  readonly isReadable: boolean
  /** Absent where the scheme has none. */
  readonly keyPair?: CryptoKeyPair
  /** Where a cookie carries the session and the proof names it. */
  readonly sid?: string
  /** What the server takes the account away for, where there is something to take away. */
  readonly release?: string
  /** The value of the server's that the next proof covers, where the scheme has one. */
  challenge: string
}

/** The requests that the attacks are made of. All of them are about the holder's own session. */
export interface Requests {
  /** Reads what the session protects; the answer contains `owner`. */
  readonly read: Message
  /** Another address that reads; the answer contains `owner`. */
  readonly account: Message
  /** Writes a text. */
  write(text: string): Message
  /** Ends the session. */
  readonly signOut: Message
}

export type DowngradeId = 'as-bearer' | 'as-cookie' | 'other-profile'

/** A way to hold a session: its client's half. The server's half answers under its routes. */
export interface Scheme {
  readonly requests: Requests
  /** Whether no browser speaks it, so that a Node program stands in the browser's place. */
  readonly isNodeOnly?: true
  /** Makes an account of its own at this server, with a session in it. */
  enter(wire: Wire): Promise<Holder>
  /**
   * The same, for a session whose captured requests are over within a second or two. For schemes
   * whose requests carry no stamp: there only waiting makes a request late.
   */
  enterBriefly?(wire: Wire): Promise<Holder & { readonly overAfterMs: number }>
  /**
   * The message as the holder's client sends it: session and proof.
   *
   * @param at what the proof says of the time, in ms
   */
  prove(message: Message, holder: Holder, at: number): Promise<Message>
  /** What the client does before it sends, where what it holds has run out. */
  renew?(holder: Holder, wire: Wire): Promise<void>
  /** The message as somebody sends it who copied the token, and nothing else. */
  present(message: Message, loot: Loot): Message
  /** The header in which the server hands out what proofs must cover. */
  readonly challengeHeader?: string
  /**
   * What an honest client learns from a refusal before it repeats, once: the server's time in ms
   * where that was the trouble. `undefined` where it gives up.
   */
  recover?(answer: Answer): { readonly serverTime?: number } | undefined
  /** The session in another form than it was issued for; absent where there is no such form. */
  downgrade?: Partial<
    Record<DowngradeId, (message: Message, holder: Holder, at: number) => Promise<Message>>
  >
  /** Takes the account away with all that it left on the server. */
  leave?(wire: Wire, holder: Holder): Promise<void>
}

export const GROUPS = [
  'copied',
  'replayed',
  'altered',
  'forged',
  'downgraded',
  'minted ahead',
  'smuggled',
  'in the browser',
  'in the middle',
  'honest',
] as const
export type Group = (typeof GROUPS)[number]

/** What an attack came to: the answer that decided, and whether the attacker got what he was after. */
export interface Attempt {
  readonly isIn: boolean
  readonly answer?: Answer
  /** Why it failed, where no answer says so. */
  readonly code?: string
}

/** The stage that an attack is performed on: a server, a scheme, a victim with a session in it. */
export interface Stage {
  readonly scheme: Scheme
  readonly wire: Wire
  readonly victim: Holder
  /** The thief's own account, with a session in the same scheme. */
  thief(): Promise<Holder>
  /** A victim whose session may end. */
  newVictim(): Promise<Holder>
  /** Where the scheme has them: a victim whose requests are soon over. */
  newBriefVictim?(): Promise<Holder & { readonly overAfterMs: number }>
  /** The server's time, in ms. */
  now(): number
  /** The time that a client stamps its next proof with, in ms; never the same twice. */
  stamp(): number
  /** The message on its way from the victim to the server, where somebody reads it. */
  capture(message: Message, holder?: Holder): Promise<Message>
  /** The victim's own client: it proves, it sends, and it repeats once where its scheme says so. */
  asOwner(message: Message, holder?: Holder, clockOffset?: number): Promise<Answer>
  /** Somebody else sends. */
  asThief(message: Message): Promise<Answer>
}

export interface Attack {
  readonly group: Group
  readonly title: string
  /** One sentence: what is done. */
  readonly story: string
  /** Here somebody honest must get in. */
  readonly isHonest?: true
  /** What it cannot be performed without; elsewhere it is skipped, with this as the reason. */
  readonly needs?: 'a browser' | 'a copied profile' | 'a short challenge window'
  perform(stage: Stage): Promise<Attempt>
}
