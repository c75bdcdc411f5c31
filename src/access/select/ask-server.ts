/** Asks a provider's own server a small question, off the path of requests. */

import type { ResolvedProvider } from '../../config/resolved/resolved.ts';
import type { Host } from '../../host.ts';
import type { Target } from '../../model/target.ts';
import { type AnswerLimits, collectAnswer } from '../../transport/collect-answer.ts';
import { type Outgoing, sendAttempt } from '../../transport/sender.ts';
import type { Candidate } from './candidate.ts';
import { createCandidate } from './candidates.ts';

/** Lists the provider's keys that may be sent to this target. */
export function listKeysFor(
  { credentials }: Pick<ResolvedProvider, 'credentials'>,
  target: Target,
  reason: string,
): readonly Candidate[] {
  return credentials
    .filter(({ origin }) => origin === target.origin)
    .map((credential) => createCandidate({ target, reason, pool: undefined }, credential));
}

/** Returns the body of a 200; any other answer rejects. */
export async function askServer(
  host: Host,
  asked: Pick<Outgoing, 'target' | 'path' | 'secret' | 'defaultHeaders'>,
  limits: Omit<AnswerLimits, 'clock'>,
): Promise<string> {
  const own = { clientHeaders: {}, allowedHeaders: [], freshConnection: false };
  const outgoing = { ...asked, ...own, secretOrigin: asked.target.origin };
  const { status, body } = await collectAnswer((handler) => sendAttempt(host, outgoing, handler), {
    ...limits,
    clock: host.clock,
  });
  if (status !== 200) throw new Error(`it answered ${status}`);
  return body.toString('utf8');
}
