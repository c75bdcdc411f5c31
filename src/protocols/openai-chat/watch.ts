/** What a relayed `openai-chat` stream or whole answer tells us: content, the end, errors in band, usage. */

import type { Operation } from '../../model/protocol.ts';
import type { Usage } from '../../model/record.ts';
import { isRecord } from '../edits.ts';
import type { BodyVerdict, EventVerdict, StreamWatch } from '../protocol.ts';

/** Watches one stream. Vendors differ in where reasoning stands, so every known place counts as content. */
export class ChatStreamWatch implements StreamWatch {
  hasFinished = false;
  hasContent = false;
  usage: Usage | undefined;
  error: string | undefined;

  push(data: string): EventVerdict {
    if (data === '[DONE]' || data.trim() === '[DONE]') return 'terminal';
    const event = parseOrNothing(data);
    if (!isRecord(event)) return 'malformed';
    if (isErrorEvent(event) || isVendorError(event) || isGivenUp(event['choices'])) {
      this.error = data;
      return 'error';
    }
    this.usage = readUsage(event['usage']) ?? this.usage;
    return this.#pushChoices(event['choices']);
  }

  #pushChoices(choices: unknown): EventVerdict {
    if (!Array.isArray(choices)) return 'silent';
    let isContent = false;
    for (const choice of choices) {
      if (!isRecord(choice)) continue;
      if (typeof choice['finish_reason'] === 'string') this.hasFinished = true;
      if (hasDelta(choice['delta'])) isContent = true;
    }
    if (isContent) this.hasContent = true;
    return isContent ? 'content' : 'silent';
  }
}

/** OpenRouter ends a failed stream with `error` beside `choices`; vLLM sends `{"object":"error"}`. Read 2026-10. */
function isErrorEvent(event: Readonly<Record<string, unknown>>): boolean {
  const error = event['error'];
  return (error !== undefined && error !== null) || event['object'] === 'error';
}

/** Finish reasons that are no end: OpenRouter's, and DeepSeek's when it runs out of machines. Read 2026-11. */
const brokenFinishes: ReadonlySet<unknown> = new Set(['error', 'insufficient_system_resource']);

function isGivenUp(choices: unknown): boolean {
  if (!Array.isArray(choices)) return false;
  return choices.some(
    (choice) =>
      isRecord(choice) && (isRecord(choice['error']) || brokenFinishes.has(choice['finish_reason'])),
  );
}

const textFields = ['content', 'reasoning_content', 'reasoning', 'refusal'];
const startFields = ['tool_calls', 'function_call', 'audio', 'images', 'reasoning_details'];

function hasDelta(delta: unknown): boolean {
  if (!isRecord(delta)) return false;
  if (textFields.some((field) => isFilled(delta[field]))) return true;
  return startFields.some((field) => isFilled(delta[field]));
}

function isFilled(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  return Array.isArray(value) ? value.length > 0 : isRecord(value);
}

function readUsage(usage: unknown): Usage | undefined {
  if (!isRecord(usage)) return undefined;
  const input = usage['prompt_tokens'];
  const output = usage['completion_tokens'];
  return {
    ...(typeof input === 'number' ? { inputTokens: input } : {}),
    ...(typeof output === 'number' ? { outputTokens: output } : {}),
  };
}

/** Judges an answer that is not streamed: it must parse to its end and hold what was asked for. */
export function judgeChatBody(text: string, operation: Operation): BodyVerdict {
  const body = parseOrNothing(text);
  if (!isRecord(body)) return { kind: 'malformed', detail: describeBody(text) };
  if (isErrorEvent(body) || isVendorError(body)) return { kind: 'error' };
  const usage = readUsage(body['usage']);
  if (operation === 'embed') {
    return Array.isArray(body['data'])
      ? { kind: 'answer', usage, isEmpty: false }
      : { kind: 'malformed', detail: 'a JSON body without "data"' };
  }
  return judgeChoices(body['choices'], usage);
}

function judgeChoices(choices: unknown, usage: Usage | undefined): BodyVerdict {
  const first: unknown = Array.isArray(choices) ? choices[0] : undefined;
  if (!isRecord(first)) return { kind: 'malformed', detail: 'a JSON body without "choices"' };
  if (isGivenUp(choices)) return { kind: 'error' };
  const isEmpty = !hasDelta(first['message']) && first['finish_reason'] !== 'length';
  return { kind: 'answer', usage, isEmpty };
}

/** MiniMax answers 200 with `base_resp.status_code` other than 0; see its native API, read 2026-10. */
function isVendorError(body: Readonly<Record<string, unknown>>): boolean {
  const base = body['base_resp'];
  return isRecord(base) && typeof base['status_code'] === 'number' && base['status_code'] !== 0;
}

function describeBody(text: string): string {
  const start = text.trimStart();
  if (start === '') return 'an empty body';
  return start.startsWith('<') ? 'an HTML page' : 'a body that is not one JSON object';
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the caller names it malformed
  }
}
