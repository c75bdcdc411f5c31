/** A request in neutral words as an `openai-responses` body (translate leg): what a target is sent, and what is left out. */

import type { Target } from '../../model/target.ts';
import { compact } from '../compact.ts';
import type { WireObject } from '../is-record.ts';
import type { EncodedRequest, NeutralOptions, NeutralRequest, NeutralTool } from '../neutral.ts';
import { notCarried } from '../translation/field-fates.ts';
import { inlineReferences } from '../translation/json-schema.ts';
import { listFiles, listLostThoughts } from '../translation/prompt-shape.ts';
import { chooseEffort, chooseSampling, withoutSampling } from '../translation/traits.ts';
import { encodeInput } from './input-out.ts';

/** The protocol knows no stop sequences, and of files pictures and PDF. */
export function findResponsesCallObstacle({ options }: NeutralRequest): string | undefined {
  if (options.stopSequences !== undefined && options.stopSequences.length > 0) return 'a stop sequence';
  const other = listFiles(options.prompt).find(
    ({ mediaType }) => !/^(image\/.*|application\/pdf|text\/.*)$/.test(mediaType),
  );
  return other === undefined ? undefined : `a file of the type ${other.mediaType}`;
}

/** Nothing is kept by the provider: the client could not name it. */
export function encodeResponsesRequest(
  request: NeutralRequest,
  { traits }: Target,
  isStreamed: boolean,
): EncodedRequest {
  const { options, parallelTools } = request;
  const { effort, notes: effortNotes } = chooseEffort(request.reasoning, traits);
  const isThinking = effort !== undefined && effort !== 'none';
  const { sampling, notes: samplingNotes } = isThinking
    ? withoutSampling(options)
    : chooseSampling(options, { traits, effort });
  return {
    body: compact({
      input: encodeInput(options.prompt, traits?.systemRole ?? (isThinking ? 'developer' : 'system')),
      store: false,
      max_output_tokens: options.maxOutputTokens,
      temperature: sampling.temperature,
      top_p: sampling.topP,
      text: encodeFormat(request),
      // The vendor's models reason on in the next turn, if that comes back to the same account.
      include: isThinking ? ['reasoning.encrypted_content'] : undefined,
      reasoning: effort === undefined ? undefined : { effort, ...(isThinking ? { summary: 'auto' } : {}) },
      parallel_tool_calls: parallelTools,
      ...encodeTools(options),
      stream: isStreamed ? true : undefined,
    }),
    notes: [
      ...notCarried([...listLostThoughts(options.prompt, { sealers: ['openai'] }), ...listUnspoken(options)]),
      ...effortNotes,
      ...samplingNotes,
    ],
  };
}

/** What the protocol has no word for. */
function listUnspoken(options: NeutralOptions): readonly string[] {
  return [
    ...(options.topK === undefined ? [] : ['top_k']),
    ...(options.seed === undefined ? [] : ['seed']),
    ...(options.frequencyPenalty === undefined ? [] : ['frequency_penalty']),
    ...(options.presencePenalty === undefined ? [] : ['presence_penalty']),
  ];
}

function encodeFormat({ options, strictFormat = false }: NeutralRequest): WireObject | undefined {
  const { responseFormat: format } = options;
  if (format?.type !== 'json') return undefined;
  const { schema, name = 'response', description } = format;
  if (schema === undefined) return { format: { type: 'json_object' } };
  const described = description === undefined ? {} : { description };
  const inlined = inlineReferences({ ...schema });
  return { format: { type: 'json_schema', name, ...described, schema: inlined, strict: strictFormat } };
}

function encodeTools({ tools = [], toolChoice: choice }: NeutralOptions): WireObject {
  if (tools.length === 0) return {};
  const encoded = { tools: tools.flatMap(encodeTool) };
  if (choice === undefined) return encoded;
  if (choice.type !== 'tool') return { ...encoded, tool_choice: choice.type };
  return { ...encoded, tool_choice: { type: 'function', name: choice.toolName } };
}

/** Functions are strict by default here, and nowhere else. */
function encodeTool(tool: NeutralTool): readonly WireObject[] {
  if (tool.type !== 'function') return [];
  const { name, description, inputSchema: parameters, strict = false } = tool;
  return [compact({ type: 'function', name, description, parameters, strict })];
}
