/** What happened, with where it can be read. */

export interface Event {
  readonly when: string
  readonly title: string
  readonly text: string
  readonly sources: readonly (readonly [label: string, href: string])[]
}

export const TIMELINE: readonly Event[] = [
  {
    when: '2012',
    title: 'Channel ID',
    text: 'Chrome gives each site a certificate that it makes itself, inside the TLS handshake, and Google binds cookies to it. First called origin-bound certificates.',
    sources: [
      [
        'USENIX Security 2012',
        'https://www.usenix.org/conference/usenixsecurity12/technical-sessions/presentation/dietz',
      ],
      [
        'draft-balfanz-tls-channelid',
        'https://datatracker.ietf.org/doc/draft-balfanz-tls-channelid/',
      ],
    ],
  },
  {
    when: '2014',
    title: 'Token Binding, first draft',
    text: 'The proof leaves the handshake for an HTTP header. The client signs tls-unique, and ALPN says that it will.',
    sources: [
      [
        'draft-popov-token-binding-00',
        'https://datatracker.ietf.org/doc/draft-popov-token-binding/',
      ],
    ],
  },
  {
    when: '2015',
    title: 'The exporter, and Chrome',
    text: 'Draft 02 signs exported keying material in the place of tls-unique. In July Chrome intends to implement it as what follows Channel ID.',
    sources: [
      [
        'draft-ietf-tokbind-protocol',
        'https://datatracker.ietf.org/doc/draft-ietf-tokbind-protocol/',
      ],
      ['Intent to Implement', 'https://groups.google.com/a/chromium.org/g/blink-dev/c/jTwWj2Y_IPM'],
    ],
  },
  {
    when: 'Early 2017',
    title: 'The worry about tracking',
    text: 'An identifier that outlives cookies is one to be followed by. RFC 8473 answers with keys no wider than a registered domain; users clear them together with cookies.',
    sources: [
      ['Privacy Badger 1135', 'https://github.com/EFForg/privacybadger/issues/1135'],
      ['RFC 8473 §2.1', 'https://www.rfc-editor.org/rfc/rfc8473#section-2.1'],
    ],
  },
  {
    when: 'July 2017',
    title: 'The worry about hardware',
    text: 'Keys should lie in hardware, and an extension could attest that they do. Then a service can insist on machines that keep their owner’s token from the owner as well: the road to DRM.',
    sources: [
      [
        'Langkemper',
        'https://www.sjoerdlangkemper.nl/2017/07/05/prevent-session-hijacking-with-token-binding/',
      ],
      ['RFC 8471 §7.1', 'https://www.rfc-editor.org/rfc/rfc8471#section-7.1'],
    ],
  },
  {
    when: 'August 2018',
    title: 'Chrome leaves',
    text: 'Chrome weighs security against engineering, maintenance, compatibility and adoption, and takes it out in version 70, before the standard is out.',
    sources: [
      [
        'Intent to Remove',
        'https://groups.google.com/a/chromium.org/g/blink-dev/c/OkdLUyYmY1E/m/w2ESAeshBgAJ',
      ],
      ['Mozilla’s position', 'https://github.com/mozilla/standards-positions/issues/82'],
    ],
  },
  {
    when: 'October 2018',
    title: 'RFC 8471, 8472, 8473',
    text: 'The protocol, its negotiation and its use over HTTP, with federation: the client shows the provider of a token the key that the consumer will see.',
    sources: [
      ['RFC 8471', 'https://www.rfc-editor.org/rfc/rfc8471'],
      ['RFC 8472', 'https://www.rfc-editor.org/rfc/rfc8472'],
      ['RFC 8473', 'https://www.rfc-editor.org/rfc/rfc8473'],
    ],
  },
  {
    when: '2020',
    title: 'Behind a terminator',
    text: 'The draft that hands the ID from a TLS terminator to an application expires unfinished. Its header names are the ones used here.',
    sources: [
      ['draft-ietf-tokbind-ttrp', 'https://datatracker.ietf.org/doc/draft-ietf-tokbind-ttrp/'],
    ],
  },
  {
    when: '2021',
    title: 'Inspection named as a reason',
    text: 'NIST, looking for something else to ask for, names companies that inspect the traffic of their own machines. WebAuthn drops its Token Binding members in the same year.',
    sources: [
      ['NIST SP 800-63-4, issue 5', 'https://github.com/usnistgov/800-63-4/issues/5'],
      ['WebAuthn 1627', 'https://github.com/w3c/webauthn/issues/1627'],
    ],
  },
  {
    when: '2023',
    title: 'DPoP',
    text: 'RFC 9449 moves the proof up into the application: it covers method and address of a request, and goes through any proxy. Federation becomes a thumbprint in the authorization request.',
    sources: [['RFC 9449', 'https://www.rfc-editor.org/rfc/rfc9449']],
  },
  {
    when: '2024',
    title: 'Edge leaves',
    text: 'Edge, which had kept it, lists it as deprecated.',
    sources: [
      ['Edge’s documentation', 'https://github.com/MicrosoftDocs/edge-developer/pull/3199'],
    ],
  },
  {
    when: '2025',
    title: 'Device Bound Session Credentials',
    text: 'The browser keeps a key, in a TPM where there is one, and proves it now and then to renew a short-lived cookie. No TPM certificate travels, which answers the worry about hardware. Chrome tries it in public.',
    sources: [
      [
        'Intent to Experiment',
        'https://groups.google.com/a/chromium.org/g/blink-dev/c/O7Z9DF9AT8Y',
      ],
      ['DBSC', 'https://w3c.github.io/webappsec-dbsc/'],
    ],
  },
  {
    when: 'February 2026',
    title: 'Intent to ship DBSC',
    text: 'Asked what it has over Token Binding, its authors name the application layer: nothing of TLS has to be known.',
    sources: [
      ['Intent to Ship', 'https://groups.google.com/a/chromium.org/g/blink-dev/c/Y-_oBoAsWy0'],
      ['The answer', 'https://www.mail-archive.com/blink-dev@chromium.org/msg15813.html'],
    ],
  },
  {
    when: 'Here',
    title: 'session-lock',
    text: 'The application layer as well, and every request: the signature covers token, time, method, address, body and a challenge, and no connection. It survives an inspecting proxy for the reason that it does not notice one.',
    sources: [],
  },
]
