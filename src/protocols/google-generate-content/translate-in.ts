/**
 * Reads a `google-generate-content` request into neutral words (translate leg), for a target of
 * another protocol.
 */

import { compact } from '../json/compact.ts';
import type { WireObject } from '../json/is-record.ts';
import { pickSaid } from '../json/pick.ts';
import {
  cannotCarry,
  type FieldRules,
  isWished,
  notCarried,
  vendorTool,
} from '../translation/field-fates.ts';
import type {
  NeutralOptions,
  NeutralRequest,
  NeutralTool,
  ReasoningEffort,
} from '../translation/neutral.ts';
import { readWire } from '../translation/parse-wire.ts';
import { effortOf, noteEffort, parseEffort } from '../translation/reasoning-effort.ts';
import { createTool } from '../translation/text-tools.ts';
import { decodeContents } from './contents-in.ts';
import { toJsonSchema } from './schema-in.ts';
import { spellOut } from './spelling.ts';
import {
  type GoogleBody,
  type GoogleConfig,
  type GoogleDeclaration,
  googleBody,
  settings,
} from './wire.ts';

export const googleRules: FieldRules = { refused: { cachedContent: isWished }, idle: {} };

/** Throws a `RequestError` (400) that names what another protocol cannot express. */
export function decodeGoogleRequest(body: WireObject): NeutralRequest {
  const { read, notes } = readWire(googleBody, spellOut(body), googleRules);
  const config = read.generationConfig ?? {};
  requireOneText(config);
  const { tools, left, toolChoice } = decodeTools(read);
  return compact({
    options: compact({
      prompt: decodePrompt(read),
      ...pickSaid(config, settings),
      responseFormat: decodeFormat(config),
      tools: tools.length === 0 ? undefined : tools,
      toolChoice,
    }),
    reasoning: decodeReasoning(config.thinkingConfig),
    continuesAnswer: read.contents.at(-1)?.role === 'model' ? true : undefined,
    notes: [
      ...notes,
      ...noteEffort(
        'generationConfig.thinkingConfig.thinkingLevel',
        config.thinkingConfig?.thinkingLevel,
      ),
      ...notCarried(left.map(vendorTool)),
    ],
  });
}

function requireOneText({
  candidateCount,
  responseLogprobs,
  responseModalities,
}: GoogleConfig): void {
  if (candidateCount != null && candidateCount > 1)
    throw cannotCarry('generationConfig.candidateCount');
  if (responseLogprobs === true) throw cannotCarry('generationConfig.responseLogprobs');
  const other = responseModalities?.find((kind) => kind !== 'TEXT');
  if (other !== undefined) throw cannotCarry(`generationConfig.responseModalities with ${other}`);
}

function decodePrompt({ systemInstruction, contents }: GoogleBody): NeutralOptions['prompt'] {
  const system = (systemInstruction?.parts ?? []).map(
    ({ text }) => ({ role: 'system', content: text ?? '' }) as const,
  );
  return [...system, ...decodeContents(contents)];
}

function decodeFormat(config: GoogleConfig): NeutralOptions['responseFormat'] {
  const { responseMimeType: type, responseSchema, responseJsonSchema } = config;
  if (type == null || type === 'text/plain') return undefined;
  if (type !== 'application/json') throw cannotCarry(`generationConfig.responseMimeType "${type}"`);
  const schema =
    responseJsonSchema ?? (responseSchema == null ? undefined : toJsonSchema(responseSchema));
  return schema === undefined ? { type: 'json' } : { type: 'json', schema };
}

interface GoogleTools {
  readonly tools: NeutralTool[];
  readonly left: readonly string[];
  readonly toolChoice: NeutralOptions['toolChoice'];
}

/**
 * Leaves out tools that the vendor runs, if the model may do without them. If several are allowed,
 * only they are offered.
 */
function decodeTools({ tools, toolConfig }: GoogleBody): GoogleTools {
  const { mode, allowedFunctionNames: allowed } = toolConfig?.functionCallingConfig ?? {};
  const own = (tools ?? []).flatMap(({ functionDeclarations: declared }) =>
    (declared ?? []).map(decodeTool),
  );
  const left = (tools ?? []).flatMap((tool) =>
    Object.keys(tool).filter((name) => name !== 'functionDeclarations'),
  );
  if (left[0] !== undefined && own.length === 0) throw cannotCarry(vendorTool(left[0]));
  const [only, ...more] = mode === 'NONE' ? [] : (allowed ?? []);
  const isOne = mode === 'ANY' && more.length === 0;
  const names = new Set(allowed);
  const offered = only === undefined || isOne ? own : own.filter(({ name }) => names.has(name));
  return { tools: offered, left, toolChoice: decodeToolChoice(mode, isOne ? only : undefined) };
}

function decodeTool({ parameters, parametersJsonSchema, ...tool }: GoogleDeclaration): NeutralTool {
  return createTool(tool, parametersJsonSchema ?? (parameters && toJsonSchema(parameters)));
}

const choices: ReadonlyMap<string, 'auto' | 'none' | 'required'> = new Map([
  ['ANY', 'required'],
  ['NONE', 'none'],
  ['AUTO', 'auto'],
  ['VALIDATED', 'auto'],
]);

function decodeToolChoice(
  mode: string | null | undefined,
  only: string | undefined,
): NeutralOptions['toolChoice'] {
  if (mode == null || mode === 'MODE_UNSPECIFIED') return undefined;
  const type = choices.get(mode);
  if (type === undefined) throw cannotCarry(`toolConfig.functionCallingConfig.mode "${mode}"`);
  return type === 'required' && only !== undefined ? { type: 'tool', toolName: only } : { type };
}

/**
 * A budget of 0 means no reasoning, -1 the model's choice; the levels are OpenAI's steps in
 * capitals.
 */
function decodeReasoning(thinking: GoogleConfig['thinkingConfig']): ReasoningEffort | undefined {
  const { thinkingBudget: budget, thinkingLevel: level } = thinking ?? {};
  if (budget == null) return parseEffort(level?.toLowerCase());
  if (budget === 0) return 'none';
  return budget < 0 ? undefined : effortOf(budget);
}
