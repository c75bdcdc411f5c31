/**
 * An error of the HTTP connection, with a code that `classifyException` knows (step 4 of a
 * request).
 */

/** What came of the way through a proxy, for whoever says what to do about it. */
export type ProxyCode =
  /** It does not listen, ends the connection, or knows no such request: it may be no proxy. */
  | 'ERR_PROXY_CONNECT'
  /** Its variable says https, and it speaks plain http. */
  | 'ERR_PROXY_PLAIN'
  /** It wants a user and a password. */
  | 'ERR_PROXY_USER'
  /** It wants a login that is not spoken here: no user and password help. */
  | 'ERR_PROXY_LOGIN'
  /** It does not let this request through. */
  | 'ERR_PROXY_REFUSED'
  /** It does not reach the server either. */
  | 'ERR_PROXY_UNREACHED';

/** The status is what a proxy answers in its own name. */
export function codeOfProxyStatus(status: number): ProxyCode {
  if (status === 407) return 'ERR_PROXY_USER';
  if (status === 405 || status === 501) return 'ERR_PROXY_CONNECT';
  return status >= 500 ? 'ERR_PROXY_UNREACHED' : 'ERR_PROXY_REFUSED';
}

/**
 * Says what a proxy that answers 407 wants, by its `proxy-authenticate`: only Basic is spoken here.
 */
export function readProxyLogin(challenge = ''): {
  readonly code: ProxyCode;
  readonly asks: string;
} {
  const schemes = challenge
    .replaceAll(/"[^"]*"/g, '')
    .split(',')
    .flatMap((part) => /^\s*([A-Za-z][\w-]{0,19})(?=\s*$|\s+[^\s=])/.exec(part)?.[1] ?? []);
  return schemes.length === 0 || schemes.some((name) => /^basic$/i.test(name))
    ? {
        code: 'ERR_PROXY_USER',
        asks: 'asks for a user and a password: http://USER:PASSWORD@HOST:PORT',
      }
    : {
        code: 'ERR_PROXY_LOGIN',
        asks: `wants a login by ${[...new Set(schemes)].slice(0, 4).join(', ')}, and Holdfast speaks Basic only`,
      };
}

/** The server speaks TLS, and was asked without. */
export const tlsAnswer = 'HPE_TLS';

/**
 * `HPE_…` for answers that are not HTTP (mostly llhttp's names, which people find on the web),
 * otherwise the system's code.
 */
type WireErrorCode =
  | 'EAI_AGAIN'
  | 'ECONNABORTED'
  | 'ECONNRESET'
  | 'ERR_INVALID_CHAR'
  | ProxyCode
  | 'ERR_TLS_HANDSHAKE_TIMEOUT'
  | 'ETIMEDOUT'
  | `HPE_${Uppercase<string>}`;

export class WireError extends Error {
  override readonly name = 'WireError';
  readonly code: WireErrorCode;

  constructor(code: WireErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
