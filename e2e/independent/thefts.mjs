// node thefts.mjs <origin>: the honest paths, then every theft; each must be refused as specified.
// Written, with the client, by somebody who had PROTOCOL.md and a running server and nothing else;
// where it then had to give way to a decision of this project, a comment says so.
import {
  clockAt,
  digestOf,
  enrolmentJws,
  fetchEnrolmentChallenge,
  generateKey,
  prepare,
  prepareEnrolment,
  register,
  request,
  send,
  sign,
  signIn,
  timestamp,
} from './client.mjs'
import {
  adding,
  authorize,
  bare,
  bend,
  count,
  foreign,
  json,
  lockedOf,
  mirrored,
  origin,
  part,
  passing,
  random,
  resign,
  run,
  twice,
  twin,
  wire,
  within,
  without,
} from './thief-kit.mjs'

// Who takes part: alice has an account, the others are guests; mallory is the thief.
const password = `pw-${random()}-${random()}`
const username = `alice${random()}`
const account = { username, password }
await run('honest', [['register', '201', () => register(origin, username, password)]])
const guest = (options) => signIn(origin, { guest: true }, options)
const [alice, second] = [await signIn(origin, account), await signIn(origin, account)]
const bob = await guest({ profile: 1 })
const [carol, dave] = [await guest({ carrier: 'cookie' }), await guest({ carrier: 'cookie' })]
const mallory = await guest()
const own = mallory.key
const get = (who = alice, path = '/api/notes', options = {}) => prepare(who, 'GET', path, options)
const post = (body = { text: 'mine' }, who = alice, digest = undefined) =>
  prepare(who, 'POST', '/api/notes', { body, digest })
const skewed = (who, offset) => ({ ...who, clock: clockAt(offset) })
const note = (await request(alice, 'POST', '/api/notes', { text: 'ours, Grüße ☃' })).json
const notes = async () => (await request(alice, 'GET', '/api/notes')).json.notes
const events = async (who) => {
  const { url, headers } = get(who, '/api/events')
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(5000) })
  if (/^text\/event-stream/.test(response.headers.get('content-type'))) return response
  throw new Error(`no stream but ${response.status} ${(await response.json()).code}`)
}
const chunked = 'Transfer-Encoding: chunked'

await run('honest', [
  ...[
    ['header', alice],
    ['profile 1', bob],
    ['cookie', carol],
  ].flatMap(([name, who]) => [
    [`${name} reads`, '200', () => request(who, 'GET', '/api/session')],
    [`${name} writes`, '201', () => request(who, 'POST', '/api/notes', { text: name })],
  ]),
  ...[
    'b=2&a=%C3%A9&b=1&a=+x&_rsc=q&e=#f',
    'a[]=1&a[]=2&=x&%3D=%26&+=',
    'q=ü ☃&&%zz',
    '10=a&9=b&10=c',
  ].map((query) => [`query ${query}`, '200', () => request(alice, 'GET', `/api/notes?${query}`)]),
  // Names that the framework would hide from the signature are refused before it is looked at.
  ...['__proto__=1', 'constructor=1', 'toString=1', 'nextInternalLocale=de', 'nxtIx=1'].map(
    (query) => [`query ${query}`, 'INPUT', () => request(alice, 'GET', `/api/notes?${query}`)],
  ),
  ['path beyond ASCII', 'NOT_FOUND', () => request(alice, 'GET', '/api/é/日 本?ü=ß')],
  ['text comes back', note.text, async () => (await notes()).find(({ id }) => id === note.id).text],
  [
    'delete',
    '204',
    async () =>
      request(
        alice,
        'DELETE',
        `/api/notes/${(await request(alice, 'POST', '/api/notes', { text: 'x' })).json.id}`,
      ),
  ],
  ['challenge learnt', '200', () => request({ ...alice, challenge: '' }, 'GET', '/api/notes')],
  ['slow clock learnt', '200', () => request(skewed(alice, -9e5), 'GET', '/api/notes')],
  ['fast clock learnt', '200', () => request(skewed(carol, 9e5), 'GET', '/api/notes')],
  ['late within maxAge', '200', () => get(skewed(alice, -8000))],
  ['early within tolerance', '200', () => get(skewed(alice, 3500))],
  [
    'chunked body',
    '201',
    () => {
      const call = post()
      const body = Buffer.from(`${call.body.length.toString(16)}\r\n${call.body}\r\n0\r\n\r\n`)
      return wire({ ...call, body }, { length: chunked })
    },
  ],
  [
    'twenty in one millisecond, profile 1',
    '20 passed, ',
    () => {
      const at = timestamp(bob.clock)
      return passing(
        Array.from({ length: 20 }, () => get(bob, '/api/notes', { at })),
        200,
      )
    },
  ],
  ['scheme in other case', '200', () => authorize(get(), `sessionlock ${lockedOf(get())}`)],
  ['cookie beside Basic', '200', () => authorize(get(carol), 'Basic eDp5')],
  ['digest of no bytes', '200', () => get(alice, '/api/notes', { digest: digestOf('') })],
  [
    'two sessions',
    '2',
    async () => String((await request(alice, 'GET', '/api/sessions')).json.sessions.length),
  ],
  [
    'guest keeps the account',
    '204',
    async () =>
      request(await guest(), 'POST', '/api/account', { username: `kept${random()}`, password }),
  ],
  ['pending', '204', () => prepareEnrolment(origin, generateKey(), {}, '/api/session/pending')],
  [
    'events end within 2 s of a revocation',
    'ended',
    async () => {
      const one = await guest()
      const response = await events(one)
      await request(one, 'DELETE', '/api/session')
      return within(
        response.text().then(() => 'ended'),
        'open',
      )
    },
  ],
  [
    'events tell of a theft',
    'told',
    async () => {
      const { body } = await events(alice)
      await send(get({ ...alice, key: own }))
      const listen = async () => {
        for await (const chunk of body) if (`${Buffer.from(chunk)}`.includes('ERR_')) return 'told'
      }
      return within(listen(), 'silent')
    },
  ],
])

const [head64, claims64, seal] = alice.token.split('.')
const [head, claims] = [head64, claims64].map((text) => JSON.parse(Buffer.from(text, 'base64url')))
const edited = (edit, more = {}, mac = seal) =>
  get({
    ...alice,
    key: own,
    token: `${part({ ...head, ...edit })}.${part({ ...claims, ...more })}.${mac}`,
  })
const cnf = { jwk: own.jwk }
const cut = seal.slice(1)
await run('token', [
  ['nothing', 'TOKEN_MISSING', () => bare('GET', '/api/notes')],
  ['stolen, own key', 'PROOF_INVALID', () => get({ ...alice, key: own })],
  ['stolen, own key, profile 1', 'PROOF_INVALID', () => get({ ...bob, key: own })],
  ['without proof', 'PROOF_MISSING', () => authorize(get(), `SessionLock ${alice.token}`)],
  ['bare bearer', 'DOWNGRADE', () => authorize(get(), `Bearer ${alice.token}`)],
  ['profile 1, bare', 'PROOF_MISSING', () => authorize(get(), `Bearer ${bob.token}`)],
  ['locked as bearer', 'DOWNGRADE', () => authorize(get(), `Bearer ${lockedOf(get())}`)],
  ['signed as profile 1', 'DOWNGRADE', () => get({ ...alice, profile: 1 })],
  ['profile 1 as 2', 'DOWNGRADE', () => get({ ...bob, profile: 2 })],
  ['other scheme', 'TOKEN_MISSING', () => authorize(get(), `DPoP ${lockedOf(get())}`)],
  [
    'token as cookie',
    '401 *',
    () => get({ ...alice, carrier: 'cookie', cookie: `session=${alice.token}` }),
  ],
  ['four parts', 'TOKEN_MALFORMED', () => bend(get(), (parts) => parts.slice(0, 4))],
  ['six parts', 'TOKEN_MALFORMED', () => bend(get(), (parts) => [...parts, parts[4]])],
  ['scheme alone', 'TOKEN_M*', () => authorize(get(), 'SessionLock')],
  ['garbage', 'TOKEN_MALFORMED', () => authorize(get(), 'Bearer abc')],
  ...Object.entries({
    'twin of the seal': twin(seal),
    'padded seal': `${seal}=`,
    'seal beyond ASCII': `é${cut}`,
    'seal in plain base64': `+${cut}`,
  }).map(([name, mac]) => [
    name,
    'TOKEN_MALFORMED',
    () => get({ ...alice, token: `${head64}.${claims64}.${mac}` }),
  ]),
  ...[
    { alg: 'none' },
    { alg: 'RS256' },
    { alg: 'HS512' },
    { typ: 'JWT' },
    { kid: '../../dev/null' },
    { kid: 1 },
  ].map((edit) => [JSON.stringify(edit), 'TOKEN_INVALID', () => edited(edit)]),
  ['alg none, no seal', 'TOKEN_*', () => edited({ alg: 'none' }, {}, '')],
  [
    'ES256 by an embedded jwk',
    'TOKEN_INVALID',
    () => {
      const edit = { alg: 'ES256', jwk: own.jwk }
      const mac = sign(own, `${part({ ...head, ...edit })}.${part({ ...claims, cnf })}`)
      return edited(edit, { cnf }, mac.toString('base64url'))
    },
  ],
  ...[{ cnf }, { sub: 'x' }, { exp: 9e9 }, { slp: 1 }].map((more) => [
    `payload with ${Object.keys(more)}`,
    'TOKEN_INVALID',
    () => edited({}, more),
  ]),
  [
    'header of another',
    'TOKEN_INVALID',
    () => get({ ...alice, token: `${bob.token.split('.')[0]}.${claims64}.${seal}` }),
  ],
  ...[9, 17, 41].map((size) => [
    `${size} KiB`,
    size > 16 ? 'TOKEN_MALFORMED | 4*' : 'TOKEN_MALFORMED',
    () => wire(authorize(get(), `SessionLock ${'a'.repeat(size * 1024)}`)),
  ]),
  ['another header of 41 KiB', '4*', () => wire(adding(get(), { X: 'a'.repeat(41984) }))],
])

const enrolling = await fetchEnrolmentChallenge(origin)
const mine = digestOf('{"text":"mine"}')
const other = Buffer.from('{"text":"other"}')
const three = [
  ['profile 2', alice, 'base64url'],
  ['profile 1', bob, 'base64'],
  ['cookie', carol],
]
await run('proof', [
  ...three.flatMap(([name, who, form]) => [
    [`replay, ${name}`, 'PROOF_REPLAYED', () => twice(get(who))],
    [
      `a hundred at once, ${name}`,
      '1 passed, ERR_PROOF_REPLAYED',
      () => passing(Array(100).fill(get(who)), 200),
    ],
    [`stale, ${name}`, 'PROOF_STALE', () => get(skewed(who, -11000))],
    [`future, ${name}`, 'PROOF_FUTURE', () => get(skewed(who, 6500))],
    ...(form
      ? [
          [
            `(r, n-s), ${name}`,
            'PROOF_REPLAYED',
            () => twice(get(who), (call) => resign(call, mirrored(form))),
          ],
          [
            `twin, ${name}`,
            'PROOF_MALFORMED | PROOF_REPLAYED',
            () => twice(get(who), (call) => resign(call, twin)),
          ],
          [`short signature, ${name}`, 'PROOF_MALFORMED', () => resign(get(who), () => 'AAAA')],
          [
            `zero signature, ${name}`,
            'PROOF_INVALID',
            () => resign(get(who), () => Buffer.alloc(64).toString(form)),
          ],
          [`no signature, ${name}`, 'PROOF_M*', () => resign(get(who), () => '')],
        ]
      : []),
  ]),
  [
    'replay elsewhere, profile 1',
    'PROOF_REPLAYED',
    () => twice(get(bob), (call) => ({ ...call, url: `${origin}/api/sessions` })),
  ],
  [
    'a hundred writes at once',
    '1 passed, ERR_PROOF_REPLAYED',
    () => passing(Array(100).fill(post({ text: 'once' }, mallory)), 201),
  ],
  ['padded signature', 'PROOF_MALFORMED', () => resign(get(), (text) => `${text}==`)],
  [
    'other timestamp',
    'PROOF_INVALID',
    () => bend(get(), (parts) => parts.with(3, String(Number(parts[3]) + 1))),
  ],
  ...['0000000000NaN', '1e13', '-179530000000', '0x17953', '17953000000000', ' '].map((at) => [
    `timestamp '${at}'`,
    'PROOF_MALFORMED',
    () => get(alice, '/api/notes', { at }),
  ]),
  ['timestamp 0', 'PROOF_STALE', () => get(alice, '/api/notes', { at: '0'.repeat(13) })],
  ['timestamp 9…9', 'PROOF_FUTURE', () => get(alice, '/api/notes', { at: '9'.repeat(13) })],
  ...[
    ['/api/notes', '/api/sessions'],
    ['/api/notes', '/api/notes?all=1'],
    ['/api/notes?a=1&a=2', '/api/notes?a=2&a=1'],
    ['/api/notes?a=1', '/api/notes'],
    ['/api/notes', '/api/notes?__proto__=1'],
    ['/api/notes', '/api/notes?constructor=1'],
  ].map(([from, to]) => [
    `moved from ${from} to ${to}`,
    'PROOF_INVALID | INPUT',
    () => ({ ...get(alice, from), url: origin + to }),
  ]),
  ['nxtP name', '401 * | INPUT', () => ({ ...get(), url: `${origin}/api/notes?nxtPid=1` })],
  ['other method', 'PROOF_INVALID', () => ({ ...get(alice, '/api/session'), method: 'DELETE' })],
  ['swapped body', 'DIGEST_MISMATCH', () => ({ ...post(), body: other })],
  ['swapped body, cookie', 'DIGEST_MISMATCH', () => ({ ...post(undefined, carol), body: other })],
  [
    'swapped body and digest',
    'PROOF_INVALID',
    () => ({ ...adding(post(), { 'Content-Digest': digestOf(other) }), body: other }),
  ],
  ['digest taken away', 'PROOF_INVALID', () => without(post(), 'Content-Digest')],
  ['body taken away', 'DIGEST_MISMATCH', () => ({ ...post(), body: undefined })],
  ...['GET', 'HEAD', 'POST', 'DELETE'].map((method) => [
    `${method} with an unsigned body`,
    method === 'HEAD' ? '401' : 'DIGEST_MISMATCH',
    () =>
      wire({
        ...prepare(alice, method, method === 'DELETE' ? '/api/notes/x' : '/api/notes'),
        body: other,
      }),
  ]),
  [
    'digest on GET without body',
    'DIGEST_MISMATCH',
    () => get(alice, '/api/notes', { digest: mine }),
  ],
  ...[
    `${mine}, sha-512=:AAAA:`,
    `${mine}, ${mine}`,
    `${mine},`,
    `${mine};a=1`,
    'sha-512=:AAAA:',
    'x',
    digestOf('x'),
  ].map((digest) => [`digest ${digest}`, 'DIGEST_MISMATCH', () => post(undefined, alice, digest)]),
  ['no challenge', 'CHALLENGE_REQUIRED', () => get({ ...alice, challenge: '' })],
  ['challenge taken away', 'PROOF_INVALID', () => without(get(), 'Session-Lock-Challenge')],
  ...Object.entries({
    foreign: 'A'.repeat(43),
    enrolment: enrolling,
    twin: twin(alice.challenge),
    doubled: `${alice.challenge}, ${alice.challenge}`,
  }).map(([name, challenge]) => [
    `${name} challenge`,
    'CHALLENGE_INVALID',
    () => get({ ...alice, challenge }),
  ]),
])

const cookie = (Cookie, who = carol) => adding(get(who), { Cookie })
await run('cookie', [
  ['copied, no proof', 'PROOF_MISSING', () => bare('GET', '/api/notes', { Cookie: carol.cookie })],
  ['copied, own key', 'PROOF_INVALID', () => get({ ...carol, key: own })],
  ["beside another's proof", 'PROOF_INVALID', () => cookie(carol.cookie, dave)],
  ["signed over another's sid", 'PROOF_INVALID', () => get({ ...dave, sid: carol.sid })],
  ['proof alone', 'TOKEN_MISSING', () => without(get(carol), 'Cookie')],
  ['unknown', 'SESSION_REVOKED', () => cookie(`session=${'A'.repeat(43)}`)],
  ['sid as cookie', 'SESSION_REVOKED | TOKEN_MALFORMED', () => cookie(`session=${carol.sid}`)],
  ['doubled', 'TOKEN_MALFORMED', () => cookie(`${carol.cookie}; ${dave.cookie}`)],
  ['other name', 'TOKEN_MISSING', () => cookie(`__Host-${carol.cookie}`)],
  ['behind a bearer', 'TOKEN_MALFORMED', () => authorize(get(carol), 'bearer x')],
  [
    'value as token',
    'TOKEN_MALFORMED',
    () => authorize(get(), `SessionLock ${carol.cookie.slice(8)}`),
  ],
  ['malformed proof', 'PROOF_MALFORMED', () => adding(get(carol), { 'Session-Lock': 'x' })],
  [
    'header session by its sid',
    '401 *',
    () => get({ ...alice, carrier: 'cookie', cookie: `session=${alice.sid}` }),
  ],
])

const doubling =
  (call, ...more) =>
  () =>
    wire(call(), { more })
await run('doubled', [
  [
    'Authorization, bad first',
    'PROOF_MISSING | TOKEN_MALFORMED | 400*',
    () =>
      wire(authorize(get(), `SessionLock ${alice.token}`), {
        more: [`Authorization: ${get().headers.Authorization}`],
      }),
  ],
  [
    'Authorization, good first',
    '200 | TOKEN_MALFORMED | 400*',
    doubling(get, `Authorization: SessionLock ${mallory.token}`),
  ],
  ['Content-Digest', 'PROOF_INVALID | DIGEST_MISMATCH', doubling(post, `Content-Digest: ${mine}`)],
  ['Cookie', 'TOKEN_MALFORMED', doubling(() => get(carol), `Cookie: ${dave.cookie}`)],
  [
    'Session-Lock',
    'PROOF_MALFORMED | TOKEN_MALFORMED',
    doubling(() => get(carol), 'Session-Lock: x'),
  ],
  ['Origin', 'ORIGIN', doubling(post, `Origin: ${origin}`, `Origin: ${foreign}`)],
  ['Host, signed for ours', '200 | 400*', doubling(get, 'Host: evil.example')],
  ['Host, unsigned', '400* | 401*', doubling(() => bare('GET', '/api/notes'), 'Host: x')],
  ['Content-Length', '400*', doubling(post, 'Content-Length: 1')],
  ['Content-Length and chunked', '400*', doubling(post, chunked)],
])

const key = generateKey()
const enrol =
  (content = { guest: true }, edit = {}, header = {}) =>
  async () => {
    const jti = await fetchEnrolmentChallenge(origin)
    const payload = { jti, aud: origin, digest: digestOf(json(content)), ...edit }
    const jws = enrolmentJws(key, payload, header)
    return bare('POST', '/api/session', { 'Session-Lock-Enroll': jws }, json(content))
  }
const unsaid = 'CHALLENGE_* | ENROLMENT_INVALID'
const wrong = { username, password: 'wrong-password' }
const names = {
  'upper case': username.toUpperCase(),
  'full width': username.replace('a', '\uff41'),
  blank: `${username} `,
  NUL: `${username}\0`,
  'a list': [username],
  '': '',
  long: 'a'.repeat(5000),
}
await run('enrolment', [
  ['none', 'ENROLMENT_INVALID', () => bare('POST', '/api/session', {}, '{"guest":true}')],
  ['replayed', 'CHALLENGE_INVALID', async () => twice(await enrol()())],
  [
    'ten at once',
    '1 passed, ERR_CHALLENGE_INVALID',
    async () => passing(Array(10).fill(await enrol()()), 201),
  ],
  ['spent by a wrong password', 'CHALLENGE_INVALID', async () => twice(await enrol(wrong)())],
  [
    'beside another body',
    'DIGEST_MISMATCH | ENROLMENT_INVALID',
    async () => ({ ...(await enrol()()), body: json(account) }),
  ],
  ['for another origin', 'ENROLMENT_INVALID', enrol(undefined, { aud: foreign })],
  ['for a list of origins', 'ENROLMENT_INVALID', enrol(undefined, { aud: [origin, foreign] })],
  ...[alice.challenge, 'A'.repeat(43), `${enrolling}=`, 1, undefined].map((jti) => [
    `jti ${jti}`,
    unsaid,
    enrol(undefined, { jti }),
  ]),
  ...[
    { alg: 'none' },
    { alg: 'HS256' },
    { typ: 'JWT' },
    { jwk: alice.key.jwk },
    { jwk: undefined },
    { jwk: key.privateKey.export({ format: 'jwk' }) },
    { jwk: { kty: 'oct', k: 'AAAA' } },
    { jwk: { ...key.jwk, y: key.jwk.x } },
    { jwk: { ...key.jwk, crv: 'P-384' } },
  ].map((header) => [
    `header ${JSON.stringify(header).slice(0, 40)}`,
    'ENROLMENT_INVALID',
    enrol(undefined, {}, header),
  ]),
  [
    'doubled',
    'ENROLMENT_INVALID',
    async () => wire(await enrol()(), { more: ['Session-Lock-Enroll: x'] }),
  ],
  ['wrong password', 'CREDENTIALS', enrol(wrong)],
  ['unknown user', 'CREDENTIALS', enrol({ username: `no${random()}`, password })],
  ['unknown ticket', '401 *', enrol({ ticket: 'A'.repeat(43) })],
  ['pending without', 'ENROLMENT_INVALID', () => bare('POST', '/api/session/pending')],
  ...[
    { guest: false },
    { guest: true, profile: 3 },
    { guest: true, carrier: 'x' },
    null,
    [],
    { username, password: { $ne: '' } },
  ].map((body) => [JSON.stringify(body), 'INPUT', enrol(body)]),
  ['taken name', 'USERNAME_TAKEN', () => register(origin, username, password)],
  ...Object.entries(names).map(([name, value]) => [
    `name: ${name}`,
    'USERNAME_TAKEN | INPUT',
    () => register(origin, value, password),
  ]),
])

const origins = [
  'null',
  foreign,
  `${origin}/`,
  origin.toUpperCase(),
  'http://localhost:1',
  '',
  origin.replace('http', 'https'),
  `${origin}.evil.example`,
  origin.replace('localhost', '127.0.0.1'),
]
await run('origin', [
  ...origins.map((Origin) => [`'${Origin}'`, 'ORIGIN', () => wire(adding(post(), { Origin }))]),
  ['foreign on a signed read', '200', () => adding(get(), { Origin: foreign })],
  ['ours', '201', () => adding(post(), { Origin: origin })],
  ...[
    'POST /api/session',
    'POST /api/users',
    'DELETE /api/session',
    'PUT /api/x',
    'PATCH /api/health',
  ].map((line) => [
    `foreign, ${line}`,
    'ORIGIN',
    () => bare(...line.split(' '), { Origin: foreign }, '{}'),
  ]),
])

const [left, gone, past] = [
  await guest(),
  await guest({ carrier: 'cookie' }),
  await guest({ profile: 1 }),
]
await request(left, 'DELETE', '/api/session')
await request(gone, 'DELETE', '/api/session')
await request(past, 'DELETE', `/api/sessions/${past.sid}`)
const remove = (path, who = mallory) => prepare(who, 'DELETE', path)
await run('revoked and foreign', [
  ...[left, gone, past].map((who, index) => [
    `revoked ${index}`,
    'SESSION_REVOKED',
    () => get(who),
  ]),
  ['revoked, events', 'SESSION_REVOKED', () => get(left, '/api/events')],
  [
    'account of a taken name',
    'USERNAME_TAKEN',
    () => prepare(mallory, 'POST', '/api/account', { body: account }),
  ],
  ["another's session", 'NOT_FOUND', () => remove(`/api/sessions/${alice.sid}`)],
  ["another's note", 'NOT_FOUND', () => remove(`/api/notes/${note.id}`)],
  ['unknown session', 'NOT_FOUND', () => remove(`/api/sessions/${random()}`)],
  ['odd note id', 'NOT_FOUND', () => remove("/api/notes/%00'%20OR%201=1--")],
  [
    "another's note stays",
    'true',
    async () => String((await notes()).some(({ id }) => id === note.id)),
  ],
  ['own second session', '204', () => remove(`/api/sessions/${second.sid}`, alice)],
  ['second session is gone', 'SESSION_REVOKED', () => get(second)],
])

const to =
  (target, call = bare('GET', '/')) =>
  () =>
    wire(call, { target })
const page = (target) => async () => ({ ...(await to(target)()), page: true })
await run('path', [
  ...[
    '/api/%6eotes',
    '/api/notes%2f',
    '/api/./notes',
    '/x/../api/notes',
    '/api/%2e%2e/api/notes',
    '/api/notes/',
    '/api/notes%00',
    '/api/NOTES',
    '/api',
    '/api/notes;a=b',
    '/api/notes.json',
    '/api/notes%20',
    '/api/session/challenge/x',
    '/api/health/../notes',
  ].map((target) => [target, 'TOKEN_MISSING', to(target)]),
  ...[
    '/api//notes',
    '/api/notes?nxtPx=1',
    '/api/%zz',
    '/api/%',
    '/api/%ff',
    '/api/notes/%c0%af',
    '//api/notes',
    '//evil/api/notes',
    '*',
    '/api/é',
    '/api\\notes',
    `${foreign}/api/notes`,
    `${origin}/api/notes`,
    'api/notes',
  ].map((target) => [target, '400* | 401*', to(target)]),
  ...['/API/notes', '/%61pi/notes', '/api%2fnotes', '/_next/data/x/api/notes.json'].map(
    (target) => [`no way in by ${target}`, '4*', page(target)],
  ),
  ...['/api/%6eotes', '/api/notes/'].map((target) => [
    `moved to ${target}`,
    'PROOF_INVALID',
    () => to(target, get())(),
  ]),
  ['moved to another host', '200 | 400* | 401*', () => to(`${foreign}/api/notes`, get())()],
])

const methods = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
// Methods that no handler can be given: the front answers them, signed or not.
const odd = ['PROPFIND', 'TRACE', 'QUERY', 'LINK']
const bypass = [
  ...['middleware', 'src/middleware', 'proxy', 'src/proxy', 'pages/_middleware'].map((name) => ({
    'x-middleware-subrequest': Array(5).fill(name).join(':'),
  })),
  ...[
    'x-middleware-rewrite',
    'x-invoke-path',
    'x-matched-path',
    'x-original-url',
    'x-rewrite-url',
  ].map((name) => ({ [name]: '/api/health' })),
  ...[
    'x-middleware-next',
    'x-middleware-prefetch',
    'x-nextjs-data',
    'RSC',
    'Next-Action',
    'Next-Resume',
    'x-prerender-revalidate',
    'x-now-route-matches',
    'x-vercel-internal',
    'Next-Router-Prefetch',
  ].map((name) => ({ [name]: '1' })),
  { 'x-middleware-override-headers': 'authorization', 'x-middleware-request-authorization': 'x' },
  { 'X-Forwarded-For': '127.0.0.1', Forwarded: 'for=127.0.0.1' },
]
const evil = { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'http' }
const abroad = () => ({ ...get({ ...alice, origin: foreign }), url: `${origin}/api/notes` })
await run('method and header', [
  ['HEAD, unsigned', '401', () => wire(bare('HEAD', '/api/notes'))],
  ['HEAD, signed', '200 | 405', () => wire(prepare(alice, 'HEAD', '/api/notes'))],
  ...methods.map((name) => [
    `${name}, unsigned`,
    'TOKEN_MISSING',
    () => wire(bare(name, '/api/notes')),
  ]),
  ...odd.map((name) => [name, 'METHOD', () => wire(bare(name, '/api/notes'))]),
  ...methods
    .slice(1)
    .map((name) => [`${name}, signed`, 'METHOD', () => wire(prepare(alice, name, '/api/notes'))]),
  ['method in lower case', '4*', () => wire(bare('get', '/api/notes'))],
  [
    'override',
    '200',
    () => adding(get(alice, '/api/session'), { 'X-HTTP-Method-Override': 'DELETE' }),
  ],
  ['override left the session', '200', () => get()],
  ...bypass.flatMap((headers) => {
    const name = Object.entries(headers)[0].join(' ').slice(0, 40)
    return [
      [`unsigned, ${name}`, 'TOKEN_MISSING', () => wire(bare('GET', '/api/notes', headers))],
      [
        `own key, ${name}`,
        'PROOF_INVALID',
        () => wire(adding(get({ ...alice, key: own }), headers)),
      ],
    ]
  }),
  ['forged X-Forwarded', '200', () => adding(get(), evil)],
  ['signed for the forwarded host', 'PROOF_INVALID', () => adding(abroad(), evil)],
  [
    'signed for a foreign Host',
    'PROOF_INVALID | 4*',
    () => wire(adding(abroad(), { Host: 'evil.example' })),
  ],
  ['no Host', '400*', () => wire(bare('GET', '/api/notes', { Host: undefined }))],
  ['unknown Expect', 'INPUT', () => wire(bare('GET', '/api/notes', { Expect: 'x' }))],
  [
    'Upgrade',
    '400* | 401*',
    () => wire(bare('GET', '/api/notes', { Connection: 'Upgrade', Upgrade: 'h2c' })),
  ],
])

const nested = `${'['.repeat(20000)}${']'.repeat(20000)}`
const inputs = [
  '',
  'x',
  '{}',
  'null',
  '[]',
  '"text"',
  '{"text":1}',
  '{"text":null}',
  '{"text":["a"]}',
  '{"text":"a\\u0000"}',
  '{"text":"\\ud800"}',
  '{"text":"a',
  '{"text":"a"}{}',
  '{"text":NaN}',
  nested,
  '{"__proto__":{"text":"a"}}',
]
await run('input', [
  ...inputs.map((text) => [text.slice(0, 30), 'INPUT', () => post(Buffer.from(text))]),
  ...['7b2274657874223a22ff227d', '7b2274657874223a22c0af227d', '7b0022007d00'].map((hex) => [
    `not UTF-8, ${hex}`,
    'INPUT',
    () => post(Buffer.from(hex, 'hex')),
  ]),
  ...['\ufeff{"text":"a"}', '{"text":"a","text":"b"}'].map((text, index) => [
    ['BOM', 'duplicate keys'][index],
    'INPUT | 201',
    () => post(Buffer.from(text)),
  ]),
  ['long text', 'INPUT | BODY_TOO_LARGE', () => post({ text: 'a'.repeat(60000) })],
  ['2 MiB', 'BODY_TOO_LARGE', () => post({ text: 'a'.repeat(2 ** 21) })],
  ['2 MiB, unsigned', 'BODY_TOO_LARGE', () => register(origin, 'a'.repeat(2 ** 21), password)],
  ['huge password', 'INPUT', () => register(origin, `x${random()}`, 'a'.repeat(5000))],
  ['nested, unsigned', 'INPUT', () => bare('POST', '/api/users', {}, nested)],
  [
    'shorter than its length',
    '400* | 401* | 408* | closed',
    () => wire(post(), { length: 'Content-Length: 99', end: true }),
  ],
  ['longer than its length', '400* | 401*', () => wire(post(), { length: 'Content-Length: 5' })],
  [
    'bad chunks',
    '400* | 401*',
    () => wire({ ...post(), body: Buffer.from('zz\r\n') }, { length: chunked }),
  ],
  ['bad Content-Length', '400*', () => wire(post(), { length: 'Content-Length: -1' })],
  ['unknown coding', '400* | 501*', () => wire(post(), { length: 'Transfer-Encoding: xchunked' })],
])

await run('end', [
  ['the server answers', '200', () => bare('GET', '/api/health')],
  ...three.map(([name, who]) => [`${name} is still signed in`, '200', () => get(who)]),
])
console.log(`${count.passed} passed, ${count.failed} failed`)
process.exit(count.failed ? 1 : 0)
