/** Decides what a simulated model answers: reasoning, words, tool calls, finish reason, usage. */

import { createHash } from 'node:crypto';
import type { AnswerShape } from '../fault.ts';
import { withoutSuffix } from '../name-table.ts';
import { createAnswerText, toTokens } from './answer-text.ts';
import type { ChatRequest, OfferedTool } from './chat-request.ts';
import { sampleSchema } from './schema-sample.ts';

/** A call of a client's tool. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON. */
  readonly input: string;
}

/** Usage in OpenAI's shape. */
export interface ChatUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly completion_tokens_details?: { readonly reasoning_tokens: number };
}

/** A whole answer, before it is written as JSON or as a stream. */
export interface ChatAnswer {
  readonly reasoning: readonly string[];
  readonly words: readonly string[];
  readonly calls: readonly ToolCall[];
  readonly finishReason: 'stop' | 'length' | 'tool_calls';
  readonly usage: ChatUsage;
}

const pieceLength = 8;

/** The same request and shape always give the same answer. */
export function createAnswer(request: ChatRequest, shape: AnswerShape, bodyBytes: number): ChatAnswer {
  const calls = chooseTools(request).map((tool, index) => createCall(tool, request, index));
  const reasoning = isModel(request, 'sim/thinking') ? think(request) : [];
  const whole = calls.length > 0 ? [] : createWords(request, shape);
  const words = whole.length > request.tokenLimit ? whole.slice(0, request.tokenLimit) : whole;
  const inputPieces = calls.reduce((sum, call) => sum + splitInput(call.input).length, 0);
  return {
    reasoning,
    words,
    calls,
    finishReason: chooseFinish(calls.length > 0, words.length < whole.length),
    usage: countUsage(Math.ceil(bodyBytes / 4), words.length + inputPieces, reasoning.length),
  };
}

/** Splits a call's JSON as a stream brings it. */
export function splitInput(input: string): readonly string[] {
  const pieces = Math.ceil(input.length / pieceLength);
  return Array.from({ length: pieces }, (_, index) =>
    input.slice(index * pieceLength, (index + 1) * pieceLength),
  );
}

function isModel(request: ChatRequest, name: string): boolean {
  return withoutSuffix(request.model) === name;
}

function chooseTools(request: ChatRequest): readonly OfferedTool[] {
  const { tools, toolWish, lastRole, prompt } = request;
  if (tools.length === 0 || toolWish === 'none' || lastRole !== 'user') return [];
  if (typeof toolWish === 'object') return tools.filter(({ name }) => name === toolWish.name).slice(0, 1);
  const mentioned = tools.filter(({ name }) => prompt.includes(name));
  if (mentioned.length > 0) return mentioned;
  return toolWish === 'required' || isModel(request, 'sim/tools') ? tools.slice(0, 1) : [];
}

function createCall(tool: OfferedTool, request: ChatRequest, index: number): ToolCall {
  const input = JSON.stringify(sampleSchema(tool.schema));
  const digest = createHash('sha256').update(`${request.prompt}\n${tool.name}\n${index}`).digest('hex');
  return { id: `call_${digest.slice(0, 24)}`, name: tool.name, input };
}

function think(request: ChatRequest): readonly string[] {
  const words = request.prompt.trim().split(/\s+/).length;
  return toTokens(`The prompt has ${words} words. I shall name myself and echo it.`);
}

function createWords(request: ChatRequest, shape: AnswerShape): readonly string[] {
  if (request.answerSchema === undefined) return createAnswerText(request, shape);
  return splitInput(JSON.stringify(sampleSchema(request.answerSchema)));
}

function chooseFinish(hasCalls: boolean, isCut: boolean): ChatAnswer['finishReason'] {
  if (hasCalls) return 'tool_calls';
  return isCut ? 'length' : 'stop';
}

function countUsage(prompt: number, answer: number, reasoning: number): ChatUsage {
  const completion = answer + reasoning;
  const usage = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
  return reasoning === 0 ? usage : { ...usage, completion_tokens_details: { reasoning_tokens: reasoning } };
}
