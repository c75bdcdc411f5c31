/**
 * Writes the tools of a request for an `anthropic-messages` target (translate leg), including the
 * one for the answer, and the tool choice.
 */

import type { Headers } from '../../model/request.ts';
import type { ModelTraits } from '../../model/target.ts';
import { compact } from '../json/compact.ts';
import type { WireObject } from '../json/is-record.ts';
import { tellMark } from '../translation/cache-marks.ts';
import type {
  EncodedRequest,
  NeutralOptions,
  NeutralRequest,
  NeutralTool,
} from '../translation/neutral.ts';
import { isStrict } from '../translation/text-tools.ts';
import { refuses } from '../translation/traits.ts';
import type { AnswerTool } from './format-out.ts';

interface ToolsOf {
  readonly traits: ModelTraits | undefined;
  /** Set if the answer is requested as this tool's input. */
  readonly answerTool: AnswerTool | undefined;
  readonly isThinking: boolean;
}

const lostChoice = 'tool_choice was left out: the model refuses to be made to call a tool';
const lostStrictness = 'strict was left out: the model is not known to take strict tools';

/**
 * The vendor requires this header for strict tools.
 * https://platform.claude.com/docs/en/build-with-claude/structured-outputs, read 2026-11.
 */
const strictHeaders: Headers = { 'anthropic-beta': 'structured-outputs-2025-11-13' };

export function encodeTools(
  { options, parallelTools }: NeutralRequest,
  { traits, answerTool, isThinking }: ToolsOf,
): EncodedRequest {
  const { tools: asked = [], toolChoice } = options;
  const choice = answerTool === undefined ? toolChoice : ({ type: 'required' } as const);
  const isLost = isForced(choice) && (isThinking || refuses(traits, 'forced-tool'));
  const takesStrict = traits?.takesSchemas === true;
  const lostStrict = takesStrict ? [] : asked.filter(isStrict);
  const isNarrowed = answerTool !== undefined || isLost;
  const own = asked
    .filter((tool) => !isNarrowed || isChosen(tool, toolChoice))
    .flatMap((tool) => encodeTool(tool, takesStrict));
  const tools = answerTool === undefined ? own : [...own, { ...answerTool }];
  if (tools.length === 0) return { body: {}, notes: [] };
  const isSingle = answerTool !== undefined || parallelTools === false;
  const encoded = encodeChoice(isLost ? { type: 'auto' } : choice, isSingle);
  return {
    body: compact({ tools, tool_choice: encoded }),
    ...(own.some(({ strict }) => strict === true) ? { headers: strictHeaders } : {}),
    notes: [...(isLost ? [lostChoice] : []), ...lostStrict.slice(0, 1).map(() => lostStrictness)],
  };
}

function isForced(choice: NeutralOptions['toolChoice']): boolean {
  return choice?.type === 'required' || choice?.type === 'tool';
}

/** If the choice itself cannot be expressed, only the chosen tool is offered. */
function isChosen({ name }: NeutralTool, choice: NeutralOptions['toolChoice']): boolean {
  if (choice?.type === 'none') return false;
  return choice?.type !== 'tool' || choice.toolName === name;
}

function encodeTool(tool: NeutralTool, takesStrict: boolean): readonly WireObject[] {
  if (tool.type !== 'function') return [];
  const { name, description, inputSchema, strict } = tool;
  const encoded = {
    name,
    description,
    input_schema: inputSchema,
    strict: takesStrict ? strict : undefined,
  };
  return [{ ...compact(encoded), ...tellMark(tool) }];
}

const choices = { auto: 'auto', none: 'none', required: 'any', tool: 'tool' } as const;

function encodeChoice(
  choice: NeutralOptions['toolChoice'],
  isSingle: boolean,
): WireObject | undefined {
  if (choice === undefined && !isSingle) return undefined;
  const { type } = choice ?? { type: 'auto' };
  return {
    type: choices[type],
    ...(choice?.type === 'tool' ? { name: choice.toolName } : {}),
    ...(isSingle && type !== 'none' ? { disable_parallel_tool_use: true } : {}),
  };
}
