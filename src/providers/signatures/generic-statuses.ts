/** The meaning of a bare HTTP status if the body matches no other row: these rows come last. */

import { type Signature, signaturesOf } from './signature.ts';

const source = '[D] https://www.rfc-editor.org/rfc/rfc9110#section-15';

export const genericStatusSignatures: readonly Signature[] = signaturesOf(source, {
  'any-status-400': { status: 400, class: 'refused-request', sample: '400 (empty body)' },
  'any-status-401': { status: 401, class: 'auth-rejected', sample: '401 {"error":"Unauthorized"}' },
  'any-status-402': {
    status: 402,
    class: 'billing',
    sample: '402 {"error":{"message":"Payment required"}}',
  },
  'any-status-403': {
    status: 403,
    // It names no cause: the classifier makes it suspect if the key has worked with this model (law
    // 6).
    class: 'forbidden-model',
    sample: '403 {"error":{"message":"Forbidden"}}',
  },
  'any-status-404': {
    status: [404, 405, 501],
    class: 'not-offered',
    sample: '404 404 page not found',
  },
  'any-status-408': {
    status: 408,
    class: 'timeout',
    sample: '408 {"error":{"message":"Request timed out","code":408}}',
  },
  'any-status-410': { status: 410, class: 'model-missing', sample: '410 (empty body)' },
  'any-status-422': {
    status: [409, 413, 422],
    class: 'refused-request',
    sample: '409 {"detail":"Unprocessable Entity"}',
  },
  'any-status-429': { status: 429, class: 'rate-limit', sample: '429 (empty body)' },
  'any-status-451': { status: 451, class: 'forbidden-request', sample: '451 (empty body)' },
  'any-status-500': {
    status: [500, 502, 504, 520, 521, 522, 523, 524],
    class: 'server-error',
    sample: '500 <html><body><h1>500 Internal Server Error</h1></body></html>',
  },
  'any-status-503': { status: [503, 529], class: 'overloaded', sample: '503 (empty body)' },
});
