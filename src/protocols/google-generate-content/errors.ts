/** Writes errors as clients of `google-generate-content` know them. */

import type { OverflowTokens } from '../content/overflow.ts';
import type { ToldError } from '../contract/protocol.ts';
import type { WireObject } from '../json/is-record.ts';

/**
 * Names of statuses: https://ai.google.dev/gemini-api/docs/troubleshooting and
 * https://cloud.google.com/apis/design/errors, read 2026-11.
 */
const statuses: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** Uses the vendor's phrase: https://github.com/google-gemini/gemini-cli/issues/6678. */
export function describeGoogleOverflow(said: string, tokens: OverflowTokens | undefined): string {
  if (tokens === undefined)
    return `The input token count exceeds the maximum number of tokens allowed. ${said}`;
  return `The input token count (${tokens.actual}) exceeds the maximum number of tokens allowed (${tokens.limit}).`;
}

/** Puts our code where the vendor has its own finer ones. */
export function toGoogleErrorBody(error: ToldError): WireObject {
  const { status: code, code: reason, message, facts } = error;
  const status = statuses[code] ?? (code >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT');
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: reason.toUpperCase(),
    domain: 'holdfast',
  };
  return { error: { code, message, status, details: [info], holdfast: facts } };
}
