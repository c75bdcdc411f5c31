/**
 * What goes wrong on a wire, told by a code that `classifyException` knows (step 4 of a request).
 */

/**
 * `HPE_…` for answers that are no HTTP (the names are llhttp's, which people find when they look
 * for them), else a system's.
 */
type WireErrorCode =
  | 'ECONNABORTED'
  | 'ECONNRESET'
  | 'ERR_INVALID_CHAR'
  | 'ERR_PROXY_CONNECT'
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
