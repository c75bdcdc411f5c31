/**
 * A provider's refusal of the request itself, in the words of the client's protocol, where the two are not the same: agents
 * act on its code and phrase (law 15), and the provider's own belong to another protocol.
 */

import type { Failure } from '../model/failure.ts';
import { findOverflowTokens } from '../protocols/overflow.ts';
import type { Protocol } from '../protocols/protocol.ts';
import { findParam } from './amend/refused-field.ts';
import { requestFaults } from './decide/decision-table.ts';

/** The same failure, with an answer that a client of this protocol understands. */
export function toClientRefusal(failure: Failure, client: Protocol, requestId: string): Failure {
  const { answer } = failure;
  if (answer === undefined || !requestFaults.has(failure.class)) return failure;
  const isOverflow = failure.class === 'context-overflow';
  const { message: said } = failure;
  const status = isOverflow ? 400 : answer.status;
  const param = findParam(answer.body);
  const { headers, body } = client.encodeError({
    status,
    // OpenAI's word; agents compact the conversation when they read it.
    code: isOverflow ? 'context_length_exceeded' : (failure.code ?? failure.class),
    message: isOverflow ? client.describeOverflow(said, findOverflowTokens(said)) : said,
    param,
    requestId,
  });
  return { ...failure, answer: { status, headers: { ...answer.headers, ...headers }, body } };
}
