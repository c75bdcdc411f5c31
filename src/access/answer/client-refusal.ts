/**
 * Rewrites a provider's refusal of the request in the client's protocol, because agents act on its
 * code and phrase (law 15). The provider's own words belong to another protocol, or to the same one
 * with another phrase for a prompt that is too long.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { Failure } from '../../model/failure.ts';
import { findOverflowTokens } from '../../protocols/content/overflow.ts';
import { encodeError } from '../../protocols/contract/encode-error.ts';
import type { Protocol } from '../../protocols/contract/protocol.ts';
import { isRecord, parseOrNothing } from '../../protocols/json/is-record.ts';
import { findParam } from '../classify/refused-field.ts';

/**
 * Returns the failure with an answer that a client of this protocol understands. `isRelayed`: the
 * target speaks that protocol too.
 */
export function toClientRefusal(
  failure: Failure,
  client: Protocol,
  { requestId, isRelayed }: { readonly requestId: string; readonly isRelayed: boolean },
): Failure {
  const { answer } = failure;
  if (answer === undefined || rowOfClass(failure.class).isRequestFault !== true) return failure;
  const isOverflow = failure.class === 'context-overflow';
  const isUnderstood = !isOverflow || client.overflowSign.test(answer.body);
  if (isRelayed && isUnderstood && isErrorBody(answer.body)) return failure;
  const { message: said } = failure;
  const status = isOverflow ? 400 : answer.status;
  const param = findParam(answer.body);
  const { headers, body } = encodeError(client, {
    status,
    // OpenAI's code; agents compact the conversation when they read it.
    code: isOverflow ? 'context_length_exceeded' : (failure.code ?? failure.class),
    message: isOverflow ? client.describeOverflow(said, findOverflowTokens(said)) : said,
    param,
    requestId,
  });
  return { ...failure, answer: { status, headers: { ...answer.headers, ...headers }, body } };
}

/** True for an error as an API writes it, or plain words: not for a page, or no words at all. */
function isErrorBody(text: string): boolean {
  const body = parseOrNothing(text);
  if (Array.isArray(body)) return body.some((one) => isRecord(one));
  if (isRecord(body)) return body['error'] !== null && Object.keys(body).length > 0;
  return body === undefined && /^[^\p{Cc}<{["]*\p{L}/u.test(text);
}
