/**
 * Writes a neutral request as a `google-generate-content` body (translate leg), and notes what is
 * left out.
 */

import type { ModelTraits, Target } from '../../model/target.ts';
import { compact } from '../json/compact.ts';
import type { WireObject } from '../json/is-record.ts';
import { pickSaid } from '../json/pick.ts';
import { notCarried } from '../translation/field-fates.ts';
import type {
  EncodedRequest,
  NeutralOptions,
  NeutralRequest,
  NeutralTool,
} from '../translation/neutral.ts';
import {
  listFiles,
  listLostThoughts,
  listUnnamed,
  noteLaterSystem,
} from '../translation/prompt-shape.ts';
import { budgets } from '../translation/reasoning-effort.ts';
import { moveResultFiles } from '../translation/result-files.ts';
import { isStrict } from '../translation/text-tools.ts';
import { chooseEffort, refuses } from '../translation/traits.ts';
import { encodeContents } from './contents-out.ts';
import { settings } from './wire.ts';

/** https://ai.google.dev/api/generate-content#generationconfig allows up to five. Read 2026-11. */
const mostStops = 5;

export function findGoogleCallObstacle({ options }: NeutralRequest): string | undefined {
  return (options.stopSequences?.length ?? 0) > mostStops
    ? `more than ${mostStops} stop sequences`
    : undefined;
}

export function encodeGoogleRequest(
  request: NeutralRequest,
  target: Pick<Target, 'traits'>,
): EncodedRequest {
  const { options, parallelTools } = request;
  const { prompt } = options;
  const thinking = encodeThinking(request, target.traits);
  const config = encodeConfig(options, thinking.config);
  return {
    body: compact({
      ...encodeContents(moveResultFiles(prompt)),
      ...encodeTools(options),
      generationConfig: Object.keys(config).length === 0 ? undefined : config,
    }),
    notes: [
      ...thinking.notes,
      ...noteLaterSystem(prompt),
      ...notCarried([
        ...listLostThoughts(prompt, { sealers: ['google', 'google-text'], needsWords: true }),
        ...(parallelTools === false ? ['parallel_tool_calls'] : []),
        ...(options.tools?.some(isStrict) === true ? ['strict'] : []),
        ...listUnnamed(options),
        ...(listFiles(prompt).some(isNamed) ? ['the filename of a file'] : []),
      ]),
    ],
  };
}

function isNamed(file: { readonly filename?: string | undefined }): boolean {
  return file.filename !== undefined;
}

function encodeConfig(options: NeutralOptions, thinkingConfig: WireObject | undefined): WireObject {
  const format = options.responseFormat?.type === 'json' ? options.responseFormat : undefined;
  return compact({
    ...pickSaid(options, settings),
    responseMimeType: format && 'application/json',
    responseJsonSchema: format?.schema,
    thinkingConfig,
  });
}

/**
 * Newer models take a level instead of a budget. https://ai.google.dev/gemini-api/docs/thinking,
 * read 2026-11.
 */
function encodeThinking(
  { reasoning }: NeutralRequest,
  traits: ModelTraits | undefined,
): { readonly config?: WireObject; readonly notes: readonly string[] } {
  if (reasoning === undefined) return { notes: [] };
  const { effort, notes } = chooseEffort(reasoning, traits);
  const includeThoughts = reasoning !== 'none';
  if (refuses(traits, 'thinking-budget'))
    return { config: { includeThoughts, thinkingLevel: effort?.toUpperCase() }, notes };
  const isOff = reasoning === 'none' && !refuses(traits, 'no-thinking');
  const budget = reasoning === 'none' ? 128 : budgets[reasoning];
  return {
    config: { includeThoughts, thinkingBudget: isOff ? 0 : Math.min(budget, 24_576) },
    notes: reasoning !== 'none' || isOff ? [] : ['the model always thinks: asked for the least'],
  };
}

const modes = { auto: 'AUTO', none: 'NONE', required: 'ANY', tool: 'ANY' } as const;

function encodeTools({ tools = [], toolChoice: choice }: NeutralOptions): WireObject {
  if (tools.length === 0) return {};
  const encoded = { tools: [{ functionDeclarations: tools.flatMap(encodeTool) }] };
  if (choice === undefined) return encoded;
  const named = choice.type === 'tool' ? { allowedFunctionNames: [choice.toolName] } : {};
  return {
    ...encoded,
    toolConfig: { functionCallingConfig: { mode: modes[choice.type], ...named } },
  };
}

function encodeTool(tool: NeutralTool): readonly WireObject[] {
  if (tool.type !== 'function') return [];
  const { name, description, inputSchema: parametersJsonSchema } = tool;
  return [compact({ name, description, parametersJsonSchema })];
}
