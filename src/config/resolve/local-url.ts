/**
 * Tells whether a base URL is a local server: these load a model before they answer, and may be
 * slow (law 13).
 */

/** Names that resolve on a local network only. */
const localNames = /(^|\.)(localhost|local|internal)$/;
/** Matches loopback, private networks, and 100.64/10, which overlay networks use. */
const localIpv4 =
  /^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/;
/** Matches loopback, unique local and link-local addresses. */
const localIpv6 = /^\[(::1\]|f[cd]|fe[89ab])/;

/** Plain http counts as local too: no one sends a key over the internet that way. */
export function isLocalUrl(baseUrl: string): boolean {
  const { protocol, hostname } = new URL(baseUrl);
  if (protocol === 'http:') return true;
  if (hostname.startsWith('[')) return localIpv6.test(hostname);
  return !hostname.includes('.') || localNames.test(hostname) || localIpv4.test(hostname);
}
