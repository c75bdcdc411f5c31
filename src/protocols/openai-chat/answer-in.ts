/**
 * Reads an `openai-chat` answer into neutral words (translate leg): the events of a stream, or one
 * JSON object. Vendors differ in their fields.
 */

import { isRecord, type WireObject } from '../json/is-record.ts';
import { parseFileUrl } from '../translation/data-url.ts';
import { judgeFinish } from '../translation/finish.ts';
import { readName, readRecord, readRecords, readText } from '../translation/lenient.ts';
import type {
  AnswerDecoder,
  NeutralAnswer,
  NeutralContent,
  NeutralFinish,
  NeutralPart,
} from '../translation/neutral.ts';
import { readAtOnce } from '../translation/read-at-once.ts';
import type { AnswerFields } from '../translation/uncarried.ts';
import { countChatTokens, noUsage } from '../translation/usage.ts';
import { ChatCalls } from './calls-in.ts';

export const chatAnswerFields: AnswerFields = {
  carried: ['id', 'object', 'created', 'model', 'usage', 'service_tier', 'system_fingerprint'],
  inner: {
    choices: {
      carried: ['index', 'finish_reason'],
      inner: {
        message: {
          carried: [
            'role',
            'refusal',
            'reasoning_content',
            'reasoning',
            'reasoning_details',
            'function_call',
            'images',
          ],
          inner: {
            tool_calls: { carried: ['id', 'index', 'function', 'custom', 'extra_content'] },
            content: {
              carried: ['text', 'thinking', 'refusal'],
              types: ['text', 'thinking', 'refusal'],
            },
          },
        },
      },
    },
  },
};

/** Holds a message or a delta of one. */
interface SaidDelta {
  readonly reasoning: string;
  readonly text: string;
  readonly isRefusal: boolean;
}

export class ChatAnswerDecoder implements AnswerDecoder {
  readonly #calls = new ChatCalls();
  #usage: WireObject | undefined;
  #finish: unknown;
  #hasRefused = false;

  push(event: WireObject): readonly NeutralPart[] {
    if (isRecord(event['usage'])) this.#usage = event['usage'];
    const parts: NeutralPart[] = [];
    for (const choice of readRecords(event['choices'], 'choices')) {
      if (readName(choice['finish_reason']) !== undefined) this.#finish = choice['finish_reason'];
      this.#pushDelta(readRecord(choice['delta'], 'choices[].delta'), parts);
    }
    return parts;
  }

  end(): readonly NeutralPart[] {
    if (this.#finish === undefined) throw new TypeError('its events do not make an answer');
    const unified = toFinish(this.#finish, this.#hasRefused);
    const usage = this.#usage ? countChatTokens(this.#usage) : noUsage;
    return [
      ...this.#calls.end(),
      { type: 'finish', finishReason: { unified, raw: undefined }, usage },
    ];
  }

  #pushDelta(delta: WireObject, parts: NeutralPart[]): void {
    const { reasoning, text, isRefusal } = readSaid(delta, 'choices[].delta');
    this.#hasRefused ||= isRefusal;
    if (reasoning !== '')
      parts.push({ type: 'reasoning-delta', id: 'reasoning', delta: reasoning });
    if (text !== '') parts.push({ type: 'text-delta', id: 'text', delta: text });
    parts.push(...readImages(delta['images']));
    for (const piece of listCalls(delta)) parts.push(...this.#calls.push(piece));
  }
}

/** A whole answer is read as a stream of one event. */
export function decodeChatAnswer(body: WireObject): NeutralAnswer {
  const [choice = {}] = readRecords(body['choices'], 'choices');
  const message = readRecord(choice['message'], 'choices[].message');
  const calls = readRecords(message['tool_calls'], 'tool_calls').map((call, index) => ({
    ...call,
    index,
  }));
  const whole = {
    delta: { ...message, tool_calls: calls },
    finish_reason: readName(choice['finish_reason']) ?? 'other',
  };
  return readAtOnce(new ChatAnswerDecoder(), [{ choices: [whole], usage: body['usage'] }]);
}

function readSaid(said: WireObject, place: string): SaidDelta {
  const {
    reasoning_content: thought,
    reasoning,
    reasoning_details: details,
    content,
    refusal,
  } = said;
  const refused = readText(refusal, `${place}.refusal`);
  const thoughts = [thought, reasoning].map((value) => readText(value, `${place}.reasoning`));
  const parts = readDeltaContent(content, `${place}.content`);
  return {
    reasoning: (thoughts.find((one) => one !== '') ?? readDetails(details)) + parts.reasoning,
    text: parts.text + refused,
    isRefusal: refused !== '',
  };
}

/**
 * Content parts of a thinking model include its thoughts: `{"type": "thinking", "thinking":
 * [{"type": "text", "text": "…"}]}`.
 */
function readDeltaContent(content: unknown, place: string): Omit<SaidDelta, 'isRefusal'> {
  if (!Array.isArray(content)) return { reasoning: '', text: readText(content, place) };
  let [reasoning, text] = ['', ''];
  for (const part of content) {
    const type = isRecord(part) ? part['type'] : undefined;
    if (isRecord(part) && type === 'thinking') reasoning += readText(part['thinking'], place);
    else if (isRecord(part) && type === 'refusal') text += readText(part['refusal'], place);
    else if (type === undefined || type === 'text') text += readText(part, place);
  }
  return { reasoning, text };
}

/** Usually repeats the same thoughts; some may be encrypted. */
function readDetails(details: unknown): string {
  if (!Array.isArray(details)) return '';
  return details
    .map((one) =>
      isRecord(one) ? readText(one['text'] ?? one['summary'], 'reasoning_details') : '',
    )
    .join('');
}

/** Images as OpenRouter sends them; a web address cannot be passed on. */
function readImages(images: unknown): readonly Extract<NeutralContent, { type: 'file' }>[] {
  return readRecords(images, 'images').map((image) => {
    const { url } = readRecord(image['image_url'], 'images[].image_url');
    const file = parseFileUrl(String(url), 'image/png');
    if (typeof file?.data !== 'string') throw new TypeError('a picture in the answer has no bytes');
    return { type: 'file', mediaType: file.mediaType, data: file.data };
  });
}

/** `function_call` is the old field for a single call. */
function listCalls({ tool_calls: calls, function_call: only }: WireObject): readonly WireObject[] {
  const list = readRecords(calls, 'tool_calls');
  return isRecord(only) && list.length === 0 ? [{ index: 0, function: only }] : list;
}

/** A refusal ends with a normal finish reason. */
function toFinish(reason: unknown, hasRefused: boolean): NeutralFinish {
  const finish = judgeFinish(reason).unified;
  return hasRefused && finish === 'stop' ? 'content-filter' : finish;
}
