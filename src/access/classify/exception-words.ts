/** Says in words what a code of the system, of OpenSSL or of Node means. Pure. */

/** The host or address that the system names behind its code. */
function named(code: string, message: string): string {
  const [, found = 'its address'] = new RegExp(`${code} (\\S+)`).exec(message) ?? [];
  return found;
}

/** The names in a certificate, as Node lists them. */
function namesIn(message: string): string {
  const names = [...message.matchAll(/\bDNS:([\w.*-]+)/g)].map(([, name]) => name);
  return names.length === 0 ? 'another name' : names.slice(0, 3).join(', ');
}

const unknownSigner = 'its certificate is signed by an issuer that Node does not trust';

const byCode: Readonly<Record<string, (message: string) => string>> = {
  ENOTFOUND: (message) => `no server has the name ${named('ENOTFOUND', message)}`,
  EAI_AGAIN: (message) => `the name server did not answer for ${named('EAI_AGAIN', message)}`,
  ECONNREFUSED: (message) => `nothing listens at ${named('ECONNREFUSED', message)}`,
  ECONNRESET: () => 'the connection was reset',
  EHOSTUNREACH: (message) => `there is no way to ${named('EHOSTUNREACH', message)}`,
  ENETUNREACH: (message) => `there is no network on the way to ${named('ENETUNREACH', message)}`,
  ETIMEDOUT: (message) => `no connection to ${named('ETIMEDOUT', message)} came about in time`,
  SELF_SIGNED_CERT_IN_CHAIN: () => `${unknownSigner}, as by a company's proxy`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: () => unknownSigner,
  // a chain of one (OpenSSL's X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE)
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: () =>
    'its server sends one certificate only, and Node does not know who signed it',
  DEPTH_ZERO_SELF_SIGNED_CERT: () => 'its certificate is signed by itself',
  CERT_HAS_EXPIRED: () => 'its certificate, or one that signed it, has expired',
  CERT_NOT_YET_VALID: () => 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: (message) => `its certificate is for ${namesIn(message)}`,
  UNSPECIFIED: (message) => `OpenSSL refuses its certificate: ${message}`,
  Z_DATA_ERROR: () => 'it is not compressed as its content-encoding says',
  Z_BUF_ERROR: () => 'its compressed body is cut off',
};

/** What a server means that ends the handshake itself (RFC 8446 § 6.2), by OpenSSL's words. */
const alerts: Readonly<Record<string, string>> = {
  'certificate required': 'it wants a certificate of its clients',
  'protocol version': 'it speaks no version of TLS that Node speaks (1.2 and newer)',
  'handshake failure': 'it has no kind of TLS in common with Node',
  'unrecognized name': 'it serves no host of this name',
  'no application protocol': 'it speaks no HTTP/1.1 over TLS',
};

/** Begins the code of a handshake that the server refused; the name of its alert follows. */
export const alertCode = 'ERR_TLS_ALERT_';

/** Returns one code for what systems and versions of Node call otherwise, or only describe. */
export function nameCode(code: string, message: string): string {
  if (isPlainAnswer(code, message)) return plainCode;
  if (notPacked.test(code)) return 'Z_DATA_ERROR';
  const alert = findAlert(code, message);
  return alert === undefined ? code : `${alertCode}${alert.toUpperCase().replaceAll(/\W+/g, '_')}`;
}

/** Brotli has a name for each way in which a body is none of its. */
const notPacked = /^ERR__ERROR_FORMAT/;

/** The server's own refusal of a handshake: it says nothing of its certificate. */
function findAlert(code: string, message: string): string | undefined {
  const [, said] = /\balert (?!number)([a-z ]+)/.exec(message) ?? numbered.exec(message) ?? [];
  const words = said ?? /^ERR_SSL_\S*?ALERT_(\w+)/.exec(code)?.[1]?.replaceAll('_', ' ');
  return words?.toLowerCase().trim();
}

/** OpenSSL leaves the word `alert` out of some names, and has its number at the end. */
const numbered = /:\w+:(?:tlsv1\d*|sslv3|ssl\/tls) ([a-z ]+):.*\balert number \d/;

function describeAlert(alert: string): string {
  return alerts[alert] ?? `it ended the TLS handshake with "${alert}"`;
}

/** Plain http answered, where https was asked for. */
export const plainCode = 'ERR_SSL_WRONG_VERSION_NUMBER';

/** The words of a TLS client about a server that answers without TLS. */
const plainAnswer = /wrong version number|packet length too long|SSL_WRONG_VERSION|record layer/i;

/** A proxy has a code of its own for that. */
function isPlainAnswer(code: string, message: string): boolean {
  return !code.startsWith('ERR_PROXY_') && plainAnswer.test(`${code} ${message}`);
}

/** What was wrong with the connection to a proxy is said of that. */
const ofProxy = /^the proxy \S+: /;

/** Undefined for a code that nobody has seen yet: its own words are the best. */
export function describeCode(code: string, message: string): string | undefined {
  const [proxy = ''] = ofProxy.exec(message) ?? [];
  const words = describeOne(code, message.slice(proxy.length));
  return words && `${proxy}${words}`;
}

function describeOne(code: string, message: string): string | undefined {
  if (isPlainAnswer(code, message)) return 'it answers plain http, and its address says https';
  const alert = findAlert(code, message);
  if (alert !== undefined) return describeAlert(alert);
  // a message of the system has its code in it; another sentence was written for people
  const isSystems =
    !/^E[A-Z]/.test(code) ||
    code.startsWith('ERR_TLS_CERT_') ||
    notPacked.test(code) ||
    !/\s/.test(message) ||
    message.includes(code);
  return isSystems ? byCode[nameCode(code, message)]?.(message) : undefined;
}
