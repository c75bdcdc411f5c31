/**
 * Notes that a server of one's own has read less than it was sent (step 6 of a request): some cut a
 * prompt that is too long for their context, in silence.
 */

import type { Usage } from '../../model/record.ts';
import type { Target } from '../../model/target.ts';
import type { ReadBody } from '../../protocols/contract/protocol.ts';
import { leastInput } from '../spending/estimate.ts';

/** No context is smaller. A server that counts only what its cache lacks mostly names less. */
export const leastContext = 1024;
/** A prompt has fewer bytes for each token: only longer ones are looked into. */
export const mostBytesPerToken = 6;

/** Empty if the texts of the request may have as few tokens as the server has counted. */
export function noteCut(
  { id }: Pick<Target, 'id'>,
  { inputTokens = 0, cachedTokens = 0 }: Usage,
  body: Pick<ReadBody, 'parseToTranslate'>,
): readonly string[] {
  const sent = cachedTokens > 0 ? 0 : leastInput(body);
  return sent <= inputTokens
    ? []
    : [
        `${id} says that it read ${inputTokens} tokens, of ${sent} or more that were sent: where it cuts in silence what is too long, as Ollama does, start it with a larger context (OLLAMA_CONTEXT_LENGTH)`,
      ];
}
