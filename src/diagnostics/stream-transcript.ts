/**
 * Reads a recorded stream of any known protocol: did content come, did it fail in band, did it end as it should?
 * For pasted answers and the corpus; a live stream is watched by its own protocol (`protocols/<name>/watch.ts`).
 */

import { isRecord, type WireObject } from '../protocols/is-record.ts';
import { parseOrNothing } from '../protocols/json-body.ts';
import { SseSplitter } from '../transport/sse.ts';

export interface Transcript {
  /** Events that parsed, comments and pings among them not. */
  readonly events: number;
  /** Events that are no JSON. */
  readonly malformed: number;
  /** Before a finish reason an event that was to be an object could not be read, and more came behind it. */
  readonly isDamaged: boolean;
  readonly hasContent: boolean;
  /** A finish reason was seen, or an event that ends an answer. */
  readonly hasFinished: boolean;
  /** `[DONE]` was seen. */
  readonly hasMarker: boolean;
  /** The first error in band, as JSON text. */
  readonly error: string | undefined;
}

/** Server-sent events, or lines of JSON as Ollama's own routes send them. */
export function isStreamText(text: string): boolean {
  return /^(?:(?:data|event|id|retry):|:)/m.test(text) || isLines(text);
}

export function readTranscript(text: string): Transcript {
  const transcript = {
    events: 0,
    malformed: 0,
    isDamaged: false,
    hasContent: false,
    hasFinished: false,
    hasMarker: false,
  };
  let hasBroken = false;
  for (const data of listData(text)) {
    const event = parseFields(data);
    if (data.trim() === '[DONE]') transcript.hasMarker = true;
    else if (event === undefined) {
      transcript.malformed += 1;
      hasBroken ||= data.trimStart().startsWith('{') && !transcript.hasFinished;
    } else {
      transcript.events += 1;
      transcript.isDamaged ||= hasBroken;
      if (isErrorEvent(event)) return { ...transcript, error: data };
      transcript.hasContent ||= isContent(event);
      transcript.hasFinished ||= isFinish(event);
    }
  }
  return { ...transcript, error: undefined };
}

/** The data of each event; of bytes that are no event, what parses as JSON: vendors append a bare error (Gemini, seen 2026-06). */
function listData(text: string): readonly string[] {
  if (isLines(text)) return text.split('\n').filter((line) => line.trim() !== '');
  const splitter = new SseSplitter();
  const frames = [...splitter.push(Buffer.from(text))];
  const last = splitter.end();
  if (last !== undefined) frames.push(last);
  return frames.flatMap(({ raw, data }) => {
    const bare = raw.toString('utf8').trim();
    return data ?? (bare.startsWith('{') ? bare : []);
  });
}

/** At least two lines, the first of them an object of its own. */
function isLines(text: string): boolean {
  const [first = '', ...rest] = text.trim().split('\n');
  return rest.length > 0 && first.startsWith('{') && parseFields(first) !== undefined;
}

function parseFields(text: string): WireObject | undefined {
  const value = parseOrNothing(text);
  return isRecord(value) ? value : undefined;
}

/** `error` at the top or in a choice, vLLM's `object: error`, Anthropic's and Responses' `type: error`, MiniMax's `base_resp`. */
export function isErrorEvent(event: WireObject): boolean {
  if (isFilled(event['error']) || event['object'] === 'error') return true;
  if (event['type'] === 'error' || event['type'] === 'response.failed') return true;
  const base = event['base_resp'];
  if (isRecord(base) && typeof base['status_code'] === 'number' && base['status_code'] !== 0) return true;
  return choicesOf(event).some(
    (choice) => isFilled(choice['error']) || brokenFinishes.has(String(choice['finish_reason'])),
  );
}

/** Finish reasons that say the answer was given up: OpenRouter's, DeepSeek's. */
const brokenFinishes: ReadonlySet<string> = new Set(['error', 'insufficient_system_resource']);

const endTypes: ReadonlySet<unknown> = new Set(['message_stop', 'response.completed', 'response.incomplete']);

function isFinish(event: WireObject): boolean {
  if (event['done'] === true || endTypes.has(event['type'])) return true;
  if (isRecord(event['delta']) && typeof event['delta']['stop_reason'] === 'string') return true;
  return choicesOf(event).some(({ finish_reason: reason }) => typeof reason === 'string');
}

const textFields = [
  'content',
  'reasoning_content',
  'reasoning',
  'refusal',
  'thinking',
  'tool_calls',
] as const;

function isContent(event: WireObject): boolean {
  const parts = [event['message'], ...choicesOf(event).map(({ delta }) => delta)];
  if (parts.some((part) => isRecord(part) && textFields.some((field) => isFilled(part[field])))) return true;
  return isBlockContent(event) || isItemContent(event) || isFilled(event['candidates']);
}

/** `anthropic-messages`: a delta with text, or the start of a tool call. */
function isBlockContent({ type, delta, content_block: block }: WireObject): boolean {
  if (type === 'content_block_start') return isRecord(block) && block['type'] === 'tool_use';
  if (type !== 'content_block_delta' || !isRecord(delta)) return false;
  return ['text', 'thinking', 'partial_json'].some((field) => isFilled(delta[field]));
}

/** `openai-responses`: `response.output_text.delta` and its like, or the start of a call. */
function isItemContent({ type, delta, item }: WireObject): boolean {
  if (typeof type !== 'string' || !type.startsWith('response.')) return false;
  if (type === 'response.output_item.added') return isRecord(item) && item['type'] === 'function_call';
  return type.endsWith('.delta') && isFilled(delta);
}

function choicesOf(event: WireObject): readonly WireObject[] {
  const { choices } = event;
  return Array.isArray(choices) ? choices.filter(isRecord) : [];
}

function isFilled(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  return Array.isArray(value) ? value.length > 0 : isRecord(value);
}
