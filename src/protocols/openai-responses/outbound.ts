/**
 * Writes a neutral request as an `openai-responses` body (translate leg), and notes what is left
 * out.
 */

import type { Target } from '../../model/target.ts';
import { compact } from '../json/compact.ts';
import { encodeOpenaiFormat, encodeOpenaiTools } from '../openai/openai-tools.ts';
import { notCarried } from '../translation/field-fates.ts';
import type { EncodedRequest, NeutralOptions, NeutralRequest } from '../translation/neutral.ts';
import { listFiles, listLostThoughts } from '../translation/prompt-shape.ts';
import { chooseEffort, encodeSampling, refusesSampling } from '../translation/traits.ts';
import { inlineReferences } from './inline-references.ts';
import { encodeInput } from './input-out.ts';

/** The protocol has no stop sequences, and accepts only images and PDF as files. */
export function findResponsesCallObstacle({ options }: NeutralRequest): string | undefined {
  if (options.stopSequences !== undefined && options.stopSequences.length > 0)
    return 'a stop sequence';
  const other = listFiles(options.prompt).find(
    ({ mediaType }) => !/^(image\/.*|application\/pdf|text\/.*)$/.test(mediaType),
  );
  return other === undefined ? undefined : `a file of the type ${other.mediaType}`;
}

/** Sets `store: false`, since the client could not refer to a stored answer. */
export function encodeResponsesRequest(
  request: NeutralRequest,
  { traits }: Target,
  isStreamed: boolean,
): EncodedRequest {
  const { options, parallelTools } = request;
  const { effort, notes: effortNotes } = chooseEffort(request.reasoning, traits);
  const isThinking = effort !== undefined && effort !== 'none';
  const sampling = encodeSampling(options, isThinking || refusesSampling(traits, effort));
  const format = encodeOpenaiFormat(request, (said, schema) => ({
    ...said,
    schema: inlineReferences({ ...schema }),
  }));
  return {
    body: compact({
      input: encodeInput(
        options.prompt,
        traits?.systemRole ?? (isThinking ? 'developer' : 'system'),
      ),
      store: false,
      max_output_tokens: options.maxOutputTokens,
      ...sampling.body,
      text: format && { format },
      // The vendor's models continue their reasoning in the next turn if it returns to the same
      // account.
      include: isThinking ? ['reasoning.encrypted_content'] : undefined,
      reasoning:
        effort === undefined ? undefined : { effort, ...(isThinking ? { summary: 'auto' } : {}) },
      parallel_tool_calls: parallelTools,
      // Only in this protocol are functions strict by default.
      ...encodeOpenaiTools(options, { place: (said) => said, strict: false }),
      stream: isStreamed ? true : undefined,
    }),
    notes: [
      ...notCarried([
        ...listLostThoughts(options.prompt, { sealers: ['openai'] }),
        ...listUnspoken(options),
      ]),
      ...effortNotes,
      ...sampling.notes,
    ],
  };
}

/** Options that the protocol cannot express. */
function listUnspoken(options: NeutralOptions): readonly string[] {
  return Object.keys(
    compact({
      top_k: options.topK,
      seed: options.seed,
      frequency_penalty: options.frequencyPenalty,
      presence_penalty: options.presencePenalty,
    }),
  );
}
