/** What this could not show, or does not do, said here and nowhere else; the page lists it. */
export const LIMITS: readonly { readonly title: string; readonly text: string }[] = [
  {
    title: 'No negotiation',
    text: 'Node cannot send or read the TLS extension token_binding (RFC 8472). The two ends here agree beforehand: version 1.0, ecdsap256, on every connection. So what a server does with a client that has not negotiated is shown as a refusal, and nothing else.',
  },
  {
    title: 'No browser',
    text: 'Browsers have taken it out: page script can neither set Sec-Token-Binding nor export keying material. The client is a Node program. “Script in the page” is shown with that program in the browser’s place.',
  },
  {
    title: 'Only where there is a TLS socket',
    text: 'The terminator needs the live connection. A host that ends TLS before your code runs cannot have it; there this page shows what a local run printed.',
  },
  {
    title: 'Extended master secret, from the outside',
    text: 'Node does not say whether a TLS 1.2 connection has it. The terminator reads the ServerHello on its way out and closes the connection where it is missing. OpenSSL’s own state is not asked.',
  },
  {
    title: 'No renegotiation, no early data',
    text: 'The terminator refuses to renegotiate TLS 1.2, and Node’s servers take no 0-RTT data, so neither is shown. TLS 1.3 was only ever an expired draft here, though the exporter works the same.',
  },
  {
    title: 'No key in hardware',
    text: 'The key is a software key that this process does not export. A copy of the process’s memory has it.',
  },
  {
    title: 'RSA without published examples',
    text: 'No published message has an RSA key. Both RSA forms are tested with messages made here, so by one implementation against itself.',
  },
  {
    title: 'A small terminator',
    text: 'HTTP/1.1 alone, bodies of text up to 1 MiB, no streams: enough for the routes of the lab, and no proxy to put before an application. The link to the application is plain HTTP on one machine; its seal keeps others from using it, not from reading it.',
  },
]
