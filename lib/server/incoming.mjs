import { BlockList, isIP } from 'node:net'

/**
 * What the front makes of a request before anything else sees it (decision 3). No part of it listens
 * or starts anything, so that others may judge by the same rules.
 *
 * @typedef {import('node:http').IncomingMessage} IncomingMessage
 */

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const ONCE = ['authorization', 'session-lock', 'cookie']

/**
 * Why a request must not reach Next; `undefined` where it may.
 *
 * @param {IncomingMessage} request
 * @returns {{ code: string, detail?: string, allow?: string[] } | undefined}
 */
export function fault({ method = '', url = '', rawHeaders, httpVersion }) {
  if (!METHODS.includes(method)) return { code: 'ERR_METHOD', allow: METHODS }
  if (!isPlainTarget(url)) return { code: 'ERR_INPUT', detail: 'The request target is not a path.' }
  if (reservedName(url)) return { code: 'ERR_INPUT', detail: 'A name in the query is reserved.' }
  const names = rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase())
  const hosts = names.filter((name) => name === 'host').length
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1')) {
    return { code: 'ERR_INPUT', detail: 'There must be one Host header.' }
  }
  const doubled = ONCE.find((name) => names.indexOf(name) !== names.lastIndexOf(name))
  if (!doubled) return undefined
  return { code: 'ERR_TOKEN_MALFORMED', detail: `There are two ${doubled} headers.` }
}

/** Whether Next will take the target for what it says, without a redirect. @param {string} url */
function isPlainTarget(url) {
  const path = url.split(/[?#]/, 1)[0] ?? ''
  try {
    decodeURIComponent(path)
  } catch {
    return false
  }
  return path.startsWith('/') && !/\/\/|\\/.test(path)
}

/**
 * A name in a query that Next would drop or rename on the way to a handler, so that it would be no
 * part of what is signed: its own, and those of every JavaScript object.
 *
 * @param {string} url
 */
function reservedName(url) {
  const names = [...new URLSearchParams(url.split('#', 1)[0]?.split('?').slice(1).join('?')).keys()]
  return names.find(
    (name) => name in Object.prototype || /^(nxt[PI]|nextInternal|__next)/.test(name),
  )
}

/**
 * Writes the peer's address, and drops what a client said of it and what is Next's own business.
 *
 * @param {IncomingMessage} request
 * @param {BlockList} trusted proxies whose X-Forwarded-For counts
 */
export function clean(request, trusted) {
  const { headers, socket } = request
  const hops = String(headers['x-forwarded-for'] ?? '').split(',')
  let address = plain(socket.remoteAddress ?? '')
  while (hops.length > 0 && isTrusted(address, trusted)) {
    const hop = plain(hops.pop()?.trim() ?? '')
    if (!isIP(hop)) break
    address = hop
  }
  const isApi = /^\/api(?![^/?#])/.test(request.url ?? '')
  for (const name of Object.keys(headers)) {
    const isForged = /^(x-forwarded-.*|forwarded|x-real-ip|x-middleware-.*)$/.test(name)
    if (isForged || (isApi && /^(rsc|next-.*)$/.test(name))) delete headers[name]
  }
  headers['x-forwarded-for'] = address
  if (!isStateTree(headers['next-router-state-tree'])) delete headers['next-router-state-tree']
}

/**
 * Whether a header has the shape in which Next's router sends what it shows: a segment, the trees
 * below it by name, and what Next adds. Next answers 500 to any other.
 *
 * @param {unknown} header
 */
function isStateTree(header) {
  /** @param {unknown} node @returns {boolean} */
  const isTree = (node) =>
    Array.isArray(node) &&
    (typeof node[0] === 'string' || Array.isArray(node[0])) &&
    typeof node[1] === 'object' &&
    node[1] !== null &&
    Object.values(node[1]).every(isTree)
  try {
    return isTree(JSON.parse(decodeURIComponent(String(header))))
  } catch {
    return false
  }
}

/** An IPv4 address that came over an IPv6 socket, as itself. @param {string} address */
const plain = (address) => address.replace(/^::ffff:(?=\d+\.)/, '')

/** @param {string} address @param {BlockList} trusted */
const isTrusted = (address, trusted) =>
  isIP(address) !== 0 && trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** @param {string} list addresses and networks, separated by commas */
export function trustedProxies(list) {
  const trusted = new BlockList()
  for (const entry of list
    .split(',')
    .map((text) => text.trim())
    .filter(Boolean)) {
    const [address = '', bits] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    try {
      if (bits === undefined) trusted.addAddress(address, family)
      else trusted.addSubnet(address, Number(bits), family)
    } catch {
      throw new Error(`TRUSTED_PROXIES: ${entry} is no address and no network`)
    }
  }
  return trusted
}
