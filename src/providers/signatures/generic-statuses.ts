/** The meaning of a bare HTTP status if the body matches no other row: these rows come last. */

import { type Signature, signaturesOf } from './signature.ts';

const source = '[D] https://www.rfc-editor.org/rfc/rfc9110#section-15';

export const genericStatusSignatures: readonly Signature[] = signaturesOf(source, {
  'any-status-400': { status: 400, class: 'refused-request' },
  'any-status-401': { status: 401, class: 'auth-rejected' },
  'any-status-402': {
    status: 402,
    class: 'billing',
  },
  'any-status-403': {
    status: 403,
    // It names no cause: the classifier makes it suspect if the key has worked with this model (law
    // 6).
    class: 'forbidden-key',
  },
  'any-status-404': {
    status: [404, 405, 501],
    class: 'not-offered',
  },
  'any-status-408': {
    status: 408,
    class: 'timeout',
  },
  'any-status-410': { status: 410, class: 'model-missing' },
  'any-status-413': { status: 413, class: 'too-large' },
  'any-status-422': {
    status: [409, 422],
    class: 'refused-request',
  },
  'any-status-429': { status: 429, class: 'rate-limit' },
  'any-status-451': { status: 451, class: 'forbidden-request' },
  // No API is asked before somebody has logged in to the network.
  'any-status-511': {
    status: 511,
    class: 'forbidden-request',
    source: '[D] https://www.rfc-editor.org/rfc/rfc6585#section-6',
  },
  'any-status-500': {
    status: [500, 502, 504, 520, 521, 522, 523, 524],
    class: 'server-error',
  },
  'any-status-503': { status: [503, 529], class: 'overloaded' },
});
