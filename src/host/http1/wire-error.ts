/** What goes wrong on a wire, told by a code that `classifyException` knows (step 4 of a request). */

/** `HPE_…` for answers that are no HTTP (the names are llhttp's, which people find when they look for them), else a system's. */
type WireErrorCode =
  | 'ECONNABORTED'
  | 'ECONNRESET'
  | 'ERR_INVALID_CHAR'
  | 'ERR_PROXY_CONNECT'
  | 'ETIMEDOUT'
  | 'HPE_CR_EXPECTED'
  | 'HPE_HEADER_OVERFLOW'
  | 'HPE_INTERNAL'
  | 'HPE_INVALID_CHUNK_SIZE'
  | 'HPE_INVALID_CONSTANT'
  | 'HPE_INVALID_CONTENT_LENGTH'
  | 'HPE_INVALID_HEADER_TOKEN'
  | 'HPE_INVALID_STATUS'
  | 'HPE_INVALID_TRANSFER_ENCODING'
  | 'HPE_LF_EXPECTED'
  | 'HPE_PAUSED_UPGRADE';

export class WireError extends Error {
  override readonly name = 'WireError';
  readonly code: WireErrorCode;

  constructor(code: WireErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
