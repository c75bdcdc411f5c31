/**
 * Writes a neutral request as an `anthropic-messages` body (translate leg), and notes what is left
 * out.
 */

import type { Target } from '../../model/target.ts';
import { compact } from '../json/compact.ts';
import { notCarried } from '../translation/field-fates.ts';
import type {
  EncodedRequest,
  NeutralMessage,
  NeutralOptions,
  NeutralRequest,
} from '../translation/neutral.ts';
import {
  hasNamedResultFile,
  jsonInstruction,
  listFiles,
  listLostThoughts,
  listUnnamed,
  noteLaterSystem,
} from '../translation/prompt-shape.ts';
import { limitMarks, withoutMarks } from './cache-out.ts';
import { encodeFormat } from './format-out.ts';
import { encodeMessages } from './messages-out.ts';
import { chooseMessagesSampling } from './sampling-out.ts';
import { chooseThinking } from './thinking-out.ts';
import { encodeTools } from './tools-out.ts';

/**
 * The vendor requires a limit. Without one from the client, this many tokens, or the model's
 * maximum if that is lower.
 */
const defaultMaxTokens = 32_000;
/** Applies to unknown models. */
const unknownMaxTokens = 8192;

/** The vendor reads images, PDF and plain text files. */
export function findMessagesCallObstacle({ options }: NeutralRequest): string | undefined {
  const other = listFiles(options.prompt).find(
    ({ mediaType }) => !/^(image\/.*|application\/pdf|text\/plain)$/.test(mediaType),
  );
  return other === undefined ? undefined : `a file of the type ${other.mediaType}`;
}

export function encodeMessagesRequest(
  request: NeutralRequest,
  target: Target,
  isStreamed: boolean,
): EncodedRequest {
  const { options } = request;
  const { prompt, responseFormat: format } = options;
  const isJsonMode = format?.type === 'json' && format.schema === undefined;
  const limit = chooseLimit(options, target);
  const thinking = chooseThinking(request, { limit: limit.tokens, traits: target.traits });
  const answer = encodeFormat(options, target.traits);
  const tools = encodeTools(request, {
    traits: target.traits,
    answerTool: answer.tool,
    isThinking: thinking.isOn,
  });
  const sampling = chooseMessagesSampling(options, { target, isThinking: thinking.isOn });
  const config = { ...thinking.config, ...answer.config };
  const body = compact({
    ...request.cacheMark,
    ...encodeMessages(isJsonMode ? [jsonInstruction, ...prompt] : prompt),
    max_tokens: limit.tokens,
    ...sampling.body,
    stop_sequences: options.stopSequences,
    thinking: thinking.field,
    output_config: Object.keys(config).length === 0 ? undefined : config,
    ...tools.body,
    stream: isStreamed ? true : undefined,
  });
  return {
    body: target.cacheMarks === undefined ? withoutMarks(body) : limitMarks(body),
    ...(tools.headers === undefined ? {} : { headers: tools.headers }),
    notes: [
      ...limit.notes,
      ...thinking.notes,
      ...listPromptNotes(prompt),
      ...notCarried(listUnspoken(options)),
      ...sampling.notes,
      ...tools.notes,
    ],
    ...(answer.tool === undefined ? {} : { hints: { answerTool: answer.tool.name } }),
  };
}

function chooseLimit(
  { maxOutputTokens: asked }: NeutralOptions,
  { maxOutput }: Target,
): { readonly tokens: number; readonly notes: readonly string[] } {
  if (asked === undefined)
    return { tokens: Math.min(maxOutput ?? unknownMaxTokens, defaultMaxTokens), notes: [] };
  if (maxOutput === undefined || asked <= maxOutput) return { tokens: asked, notes: [] };
  return {
    tokens: maxOutput,
    notes: [`max_tokens was lowered to the ${maxOutput} that the model writes`],
  };
}

/** Options that the protocol cannot express. */
function listUnspoken(options: NeutralOptions): readonly string[] {
  return [
    ...Object.keys(
      compact({
        seed: options.seed,
        frequency_penalty: options.frequencyPenalty,
        presence_penalty: options.presencePenalty,
      }),
    ),
    ...listUnnamed(options),
    ...(hasNamedResultFile(options.prompt) ? ["the filename of a tool's result"] : []),
  ];
}

function listPromptNotes(prompt: readonly NeutralMessage[]): readonly string[] {
  return [
    ...noteLaterSystem(prompt),
    ...notCarried(listLostThoughts(prompt, { sealers: ['anthropic', 'anthropic-redacted'] })),
  ];
}
