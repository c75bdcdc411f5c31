/**
 * Writes a neutral request as an `openai-chat` body (translate leg), and notes what is left out.
 */

import type { Target } from '../../model/target.ts';
import { compact } from '../json/compact.ts';
import type { WireObject } from '../json/is-record.ts';
import { encodeOpenaiFormat, encodeOpenaiTools } from '../openai/openai-tools.ts';
import { notCarried } from '../translation/field-fates.ts';
import type { EncodedRequest, NeutralOptions, NeutralRequest } from '../translation/neutral.ts';
import { listFiles, listLostThoughts } from '../translation/prompt-shape.ts';
import { moveResultFiles } from '../translation/result-files.ts';
import { chooseEffort, encodeSampling, refusesSampling } from '../translation/traits.ts';
import { encodeChatMessages } from './messages-out.ts';

/** Documents and audio need their bytes, and audio one of two formats. */
export function findChatCallObstacle({ options }: NeutralRequest): string | undefined {
  for (const { mediaType, data } of listFiles(options.prompt)) {
    if (mediaType.startsWith('image/')) continue;
    if (data instanceof URL) return `a file of the type ${mediaType} by its address`;
    if (!/^(application\/pdf|text\/.*|audio\/(wav|mp3|mpeg))$/.test(mediaType))
      return `a file of the type ${mediaType}`;
  }
  return undefined;
}

export function encodeChatRequest(
  request: NeutralRequest,
  target: Pick<Target, 'traits' | 'takesReasoning' | 'prefill' | 'roles' | 'cacheMarks'>,
  isStreamed: boolean,
): EncodedRequest {
  const { options, parallelTools } = request;
  const { traits } = target;
  const takesReasoning = target.takesReasoning === true;
  const { effort, notes: effortNotes } = chooseEffort(request.reasoning, traits);
  const sampling = encodeSampling(options, refusesSampling(traits, effort));
  return {
    body: compact({
      messages: encodeChatMessages(moveResultFiles(options.prompt), {
        systemRole: traits?.systemRole ?? 'system',
        roles: target.roles,
        takesMarks: target.cacheMarks !== undefined,
        takesReasoning,
        prefillField: target.prefill?.messageField,
      }),
      ...encodeSettings(options),
      ...sampling.body,
      response_format: encodeOpenaiFormat(request, (said) => ({ json_schema: said })),
      reasoning_effort: effort,
      parallel_tool_calls: parallelTools,
      ...encodeOpenaiTools(options, { place: (said) => ({ function: said }) }),
      ...(isStreamed ? { stream: true, stream_options: { include_usage: true } } : {}),
    }),
    notes: [
      ...notCarried([
        ...listLostThoughts(options.prompt, { sealers: [], takesWords: takesReasoning }),
        ...(options.topK === undefined ? [] : ['top_k']),
      ]),
      ...effortNotes,
      ...sampling.notes,
    ],
  };
}

function encodeSettings(options: NeutralOptions): WireObject {
  return {
    max_tokens: options.maxOutputTokens,
    frequency_penalty: options.frequencyPenalty,
    presence_penalty: options.presencePenalty,
    stop: options.stopSequences,
    seed: options.seed,
  };
}
