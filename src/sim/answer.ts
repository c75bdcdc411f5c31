/** Decides what a simulated model answers: reasoning, words, tool calls, finish reason, usage. */

import { createHash } from 'node:crypto';
import { createAnswerText, toTokens } from './answer-text.ts';
import type { AnswerShape } from './fault.ts';
import { withoutSuffix } from './name-table.ts';
import type { OfferedTool, Prompt } from './prompt.ts';
import { sampleSchema } from './schema-sample.ts';
import { findSpokenInput } from './spoken-call.ts';

export interface ToolCall {
  /** 24 hex digits, the same for the same prompt and tool; each protocol adds its prefix. */
  readonly id: string;
  readonly name: string;
  /** Contains JSON. */
  readonly input: string;
}

/** A whole answer, before a protocol encodes it as JSON or as a stream. */
export interface Answer {
  readonly reasoning: readonly string[];
  readonly words: readonly string[];
  readonly calls: readonly ToolCall[];
  readonly finish: 'stop' | 'length' | 'tools';
  /** Counts one token per word of the answer and per four bytes of the request. */
  readonly usage: { readonly input: number; readonly answer: number; readonly reasoning: number };
}

const pieceLength = 8;

/** It is deterministic: the same request and shape give the same answer. */
export function createAnswer(request: Prompt, shape: AnswerShape, bodyBytes: number): Answer {
  const calls = chooseTools(request).map((tool, index) => callTool(tool, request, index));
  const isOnlyReasoning = shape.says === 'reasoning';
  const thinks = request.thinks || isOnlyReasoning || isModelAsked(request, 'sim/thinking');
  const reasoning = thinks ? think(request) : [];
  const whole = calls.length > 0 || isOnlyReasoning ? [] : createWords(request, shape);
  const limit = Math.min(request.tokenLimit, shape.finishAfter ?? Number.POSITIVE_INFINITY);
  const words = whole.length > limit ? whole.slice(0, limit) : whole;
  const inputPieces = calls.reduce((sum, call) => sum + splitInput(call.input).length, 0);
  return {
    reasoning,
    words,
    calls,
    finish: finishOfAnswer(calls.length > 0, isOnlyReasoning || words.length < whole.length),
    usage: {
      input: Math.ceil(bodyBytes / 4),
      answer: words.length + inputPieces,
      reasoning: reasoning.length,
    },
  };
}

/** Splits a call's JSON into the pieces of a stream. */
export function splitInput(input: string): readonly string[] {
  const pieces = Math.ceil(input.length / pieceLength);
  return Array.from({ length: pieces }, (_, index) =>
    input.slice(index * pieceLength, (index + 1) * pieceLength),
  );
}

function isModelAsked(request: Prompt, name: string): boolean {
  return withoutSuffix(request.model) === name;
}

function chooseTools(request: Prompt): readonly OfferedTool[] {
  const { tools, toolWish, lastRole, prompt } = request;
  if (tools.length === 0 || toolWish === 'none' || lastRole !== 'user') return [];
  if (typeof toolWish === 'object')
    return tools.filter(({ name }) => name === toolWish.name).slice(0, 1);
  const spoken = tools.filter(({ name }) => findSpokenInput(prompt, name) !== undefined);
  if (spoken.length > 0) return spoken;
  const mentioned = tools.filter(({ name }) => prompt.includes(name));
  if (mentioned.length > 0) return mentioned;
  return toolWish === 'required' || isModelAsked(request, 'sim/tools') ? tools.slice(0, 1) : [];
}

function callTool(tool: OfferedTool, request: Prompt, index: number): ToolCall {
  const input =
    findSpokenInput(request.prompt, tool.name) ?? JSON.stringify(sampleSchema(tool.schema));
  const digest = createHash('sha256')
    .update(`${request.prompt}\n${tool.name}\n${index}`)
    .digest('hex');
  return { id: digest.slice(0, 24), name: tool.name, input };
}

function think(request: Prompt): readonly string[] {
  const words = request.prompt.trim().split(/\s+/).length;
  return toTokens(`The prompt has ${words} words. I shall name myself and echo it.`);
}

function createWords(request: Prompt, shape: AnswerShape): readonly string[] {
  if (request.answerSchema === undefined) return createAnswerText(request, shape);
  return splitInput(JSON.stringify(sampleSchema(request.answerSchema)));
}

function finishOfAnswer(hasCalls: boolean, isCut: boolean): Answer['finish'] {
  if (hasCalls) return 'tools';
  return isCut ? 'length' : 'stop';
}
