/**
 * Watches a relayed `openai-chat` stream or whole answer for content, its end, in-band errors and
 * usage.
 */

import type { Operation } from '../../model/protocol.ts';
import type { Usage } from '../../model/record.ts';
import {
  fields,
  fitsText,
  lacksField,
  listOf,
  textOrParts,
  toolInput,
  wrongType,
} from '../content/content-shape.ts';
import { saysFault, saysVendorFault } from '../content/says-fault.ts';
import type { BodyVerdict } from '../contract/protocol.ts';
import { type EventVerdict, StreamWatch } from '../contract/watched-stream.ts';
import { isFilled, isRecord, recordsIn, type WireObject } from '../json/is-record.ts';
import { judgeFinishes } from '../translation/finish.ts';
import { countChatTokens, readUsage } from '../translation/usage.ts';
import { namesOfMessage } from './bound.ts';

export class ChatWatch extends StreamWatch {
  readonly #begun = new Set<unknown>();
  readonly #finished = new Set<unknown>();

  protected readonly countTokens = countChatTokens;

  /**
   * Some vendors send one answer however many were requested, so at the marker only the started
   * ones count.
   */
  protected override isMarker(data: string): boolean {
    const isMarker = data === '[DONE]' || data.trim() === '[DONE]';
    if (isMarker && this.finish.kind !== 'broken')
      this.hasFinished = this.#finished.size >= Math.max(1, this.#begun.size);
    return isMarker;
  }

  protected findFault(event: WireObject): 'error' | 'malformed' | undefined {
    if (isErrorEvent(event)) return 'error';
    return isChoices(event['choices']) ? undefined : 'malformed';
  }

  protected read(event: WireObject): EventVerdict {
    const { choices, usage, x_groq: groq } = event;
    this.opening ??= event;
    if (isRecord(usage)) this.counted = usage;
    else if (isRecord(groq) && isRecord(groq['usage'])) this.counted = groq['usage'];
    if (!Array.isArray(choices) || this.#endsBroken(choices)) return 'silent';
    let isContent = false;
    for (const choice of choices)
      if (isRecord(choice) && this.#takeChoice(choice)) isContent = true;
    return isContent ? 'content' : 'silent';
  }

  /** Moonshot counts in a choice, and Groq in a field of its own, where nobody asks for `usage`. */
  #endsBroken(choices: readonly unknown[]): boolean {
    for (const choice of choices) {
      if (!isRecord(choice)) continue;
      const { finish_reason: reason, usage } = choice;
      if (isRecord(usage)) this.counted ??= usage;
      if (isFilled(reason) && this.noteFinish(reason)) return true;
    }
    return false;
  }

  /** Returns true if it has content. */
  #takeChoice(choice: WireObject): boolean {
    const { delta, finish_reason: reason } = choice;
    const index = choice['index'] ?? 0;
    // Some vendors send an empty reason in every event.
    if (typeof reason === 'string' && reason.trim() !== '') {
      this.#finished.add(index);
      this.hasFinished = this.#finished.size >= this.options.choices;
    }
    if (!isRecord(delta) || !saysSomething(delta)) return false;
    this.#begun.add(index);
    const { content, tool_calls: calls, function_call: call, audio } = delta;
    if (!isFilled(content)) this.#noteThought(delta);
    this.hasCall ||= isFilled(calls) || isFilled(call);
    if ((audio ?? calls) != null) this.made.push(...namesOfMessage(delta));
    if (this.options.keepsText) this.#keep(choice, delta);
    return true;
  }

  #noteThought(delta: WireObject): void {
    if (isFilled(delta['reasoning_content'] ?? delta['reasoning'])) this.thoughts += 1;
  }

  /** Text is kept and reasoning may be lost; any other content prevents a continuation. */
  #keep(choice: WireObject, delta: WireObject): void {
    const { content } = delta;
    if (typeof content === 'string' && content !== '') this.text.add(content);
    this.obstacle ??= findObstacle(choice, delta);
  }
}

const partOfText = fields({
  text: fitsText,
  refusal: fitsText,
  thinking: textOrParts(fields({ text: fitsText })),
});
const calledFunction = fields({ name: fitsText, arguments: toolInput });

/** Checks the content fields of a delta or a whole message. */
const said = fields({
  content: textOrParts(partOfText),
  reasoning_content: fitsText,
  reasoning: fitsText,
  reasoning_details: listOf(fields({ text: fitsText, summary: fitsText })),
  refusal: fitsText,
  tool_calls: listOf(
    fields({ function: calledFunction, custom: fields({ name: fitsText, input: toolInput }) }),
  ),
  function_call: calledFunction,
  audio: fields({ data: fitsText, transcript: fitsText }),
  images: listOf(fields({ image_url: fields({ url: fitsText }) })),
});
const isChoices = listOf(fields({ delta: said, message: said }));

/**
 * Fields in which vendors send content, reasoning included. Those that prevent a continuation have
 * a name for messages.
 */
const places: readonly (readonly [field: string, obstacle?: string])[] = [
  ['content'],
  ['reasoning_content'],
  ['reasoning'],
  ['tool_calls', 'a tool call'],
  ['function_call', 'a tool call'],
  ['audio', 'audio'],
  ['images', 'an image'],
  ['refusal', 'a refusal'],
  ['reasoning_details'],
];

function saysSomething(message: WireObject): boolean {
  for (const [field] of places) if (isFilled(message[field])) return true;
  return false;
}

function findObstacle({ index, logprobs }: WireObject, delta: WireObject): string | undefined {
  if (index !== undefined && index !== 0) return 'several answers at once';
  if (isRecord(logprobs)) return 'log probabilities';
  if (Array.isArray(delta['content'])) return 'content in parts';
  for (const [field, obstacle] of places)
    if (obstacle !== undefined && isFilled(delta[field])) return obstacle;
  return undefined;
}

/**
 * OpenRouter ends a failed stream with `error` next to `choices`, or within one; vLLM sends
 * `{"object":"error"}`, FastChat `{"text":"…","error_code":50002}`. Read 2026-10.
 */
function isErrorEvent({
  error,
  error_code: code,
  object,
  base_resp: base,
  choices,
}: WireObject): boolean {
  if (object === 'error') return true;
  if ((error !== undefined && saysFault(error)) || (base !== undefined && saysVendorFault(base)))
    return true;
  if (!Array.isArray(choices)) return Number(code) > 0;
  for (const choice of choices)
    if (isRecord(choice) && choice['error'] !== undefined && saysFault(choice['error']))
      return true;
  return false;
}

/** Judges an answer that is not streamed: it must parse to its end and hold what was asked for. */
export function judgeChatAnswer(body: WireObject, operation: Operation): BodyVerdict {
  if (isErrorEvent(body)) return { kind: 'error' };
  const usage = readUsage(body['usage'], countChatTokens);
  return operation === 'embed' ? judgeVectors(body, usage) : judgeChoices(body, usage);
}

/** Servers that run out of memory, or know no such model, may answer with none. */
function judgeVectors(body: WireObject, usage: Usage | undefined): BodyVerdict {
  const { data } = body;
  if (!Array.isArray(data)) return lacksField('data');
  const isWhole =
    data.length > 0 && data.every((one) => isRecord(one) && one['embedding'] !== null);
  if (!isWhole) return { kind: 'malformed', detail: 'a list that lacks a vector' };
  return { kind: 'answer', usage, isEmpty: false, body };
}

function judgeChoices(body: WireObject, usage: Usage | undefined): BodyVerdict {
  const { choices } = body;
  const first: unknown = Array.isArray(choices) ? choices[0] : undefined;
  if (!isRecord(first)) return lacksField('choices');
  if (!isChoices(choices)) return wrongType;
  const { message } = first;
  const isEmpty = !(isRecord(message) && saysSomething(message));
  const all = recordsIn(choices);
  const made: string[] = [];
  for (const { message: answer } of all)
    if (isRecord(answer) && (answer['audio'] ?? answer['tool_calls']) != null)
      made.push(...namesOfMessage(answer));
  return {
    kind: 'answer',
    usage,
    isEmpty,
    finish: judgeFinishes(all, 'finish_reason'),
    body,
    made,
  };
}
