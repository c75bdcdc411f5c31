/**
 * An error of the HTTP connection, with a code that `classifyException` knows (step 4 of a
 * request).
 */

/**
 * `HPE_…` for answers that are not HTTP (llhttp's names, which people find on the web), otherwise
 * the system's code.
 */
type WireErrorCode =
  | 'ECONNABORTED'
  | 'ECONNRESET'
  | 'ERR_INVALID_CHAR'
  | 'ERR_PROXY_CONNECT'
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
