/**
 * Reads a `google-generate-content` answer into neutral words (translate leg): the events of a
 * stream, or one JSON object.
 */

import { isRecord, type WireObject } from '../json/is-record.ts';
import { judgeFinish } from '../translation/finish.ts';
import {
  readJsonText,
  readName,
  readRecord,
  readRecords,
  readText,
} from '../translation/lenient.ts';
import type { AnswerDecoder, NeutralPart } from '../translation/neutral.ts';
import { tellSeal } from '../translation/seals.ts';
import type { AnswerFields } from '../translation/uncarried.ts';
import { blockReasonOf, countGoogleTokens } from './judge.ts';
import { dataOf } from './parts.ts';

export const googleAnswerFields: AnswerFields = {
  carried: ['modelVersion', 'responseId', 'createTime', 'usageMetadata', 'promptFeedback'],
  inner: {
    candidates: {
      carried: ['index', 'finishReason', 'avgLogprobs', 'safetyRatings', 'tokenCount'],
      inner: {
        content: {
          carried: ['role'],
          inner: {
            parts: {
              carried: ['text', 'thought', 'thoughtSignature', 'thought_signature'],
              inner: {
                functionCall: { carried: ['id', 'name', 'args'] },
                inlineData: { carried: ['mimeType', 'data'] },
              },
            },
          },
        },
      },
    },
  },
};

const place = 'candidates[].content.parts[]';
const textPlace = `${place}.text`;

/** A whole answer has the same shape as a single stream event. Throws if content would be lost. */
export class GoogleAnswerDecoder implements AnswerDecoder {
  #usage: WireObject | undefined;
  #reason: string | undefined;
  /** Ids of the calls so far: a repeated id means another call. */
  readonly #calls = new Set<string>();

  push(event: WireObject): readonly NeutralPart[] {
    if (isRecord(event['usageMetadata'])) this.#usage = event['usageMetadata'];
    if (blockReasonOf(event) !== undefined) this.#reason ??= 'PROHIBITED_CONTENT';
    const { blockReasonMessage: why } = readRecord(event['promptFeedback'], 'promptFeedback');
    const parts = [...tellText(why, 'promptFeedback.blockReasonMessage')];
    for (const candidate of readRecords(event['candidates'], 'candidates')) {
      this.#reason = readName(candidate['finishReason']) ?? this.#reason;
      const content = readRecord(candidate['content'], 'candidates[].content');
      for (const part of readRecords(content['parts'], 'candidates[].content.parts'))
        parts.push(...this.#readPart(part));
    }
    return parts;
  }

  end(): readonly NeutralPart[] {
    const finish = judgeFinish(this.#reason).unified;
    const unified = finish === 'stop' && this.#calls.size > 0 ? 'tool-calls' : finish;
    return [
      {
        type: 'finish',
        finishReason: { unified, raw: undefined },
        usage: countGoogleTokens(this.#usage ?? {}),
      },
    ];
  }

  #readPart(part: WireObject): readonly NeutralPart[] {
    const data = dataOf(part);
    if (data === 'functionCall')
      return this.#readCall(part, readRecord(part[data], `${place}.${data}`));
    if (data === 'inlineData') return [toFile(readRecord(part[data], `${place}.${data}`))];
    if (data !== undefined)
      throw new TypeError(`a part with ${data} has no words in another protocol`);
    return [
      ...tellText(part['text'], textPlace, part['thought'] === true ? 'reasoning' : 'text'),
      ...tellSeal('reasoning', 'google-text', signatureOf(part)),
    ];
  }

  #readCall(part: WireObject, call: WireObject): readonly NeutralPart[] {
    const toolName = readName(call['name']);
    if (toolName === undefined) throw new TypeError('a tool call has no name');
    if (call['willContinue'] === true || call['partialArgs'] !== undefined)
      throw new TypeError('a tool call came in pieces that were not asked for');
    let toolCallId = readName(call['id']) ?? 'call_0';
    for (let count = this.#calls.size; this.#calls.has(toolCallId); count++)
      toolCallId = `call_${count}`;
    this.#calls.add(toolCallId);
    const input = readJsonText(call['args'] ?? {});
    return [
      ...tellSeal('reasoning', 'google', signatureOf(part)),
      { type: 'tool-call', toolCallId, toolName, input },
    ];
  }
}

function tellText(
  value: unknown,
  place: string,
  kind: 'text' | 'reasoning' = 'text',
): readonly NeutralPart[] {
  const delta = readText(value, place);
  return delta === '' ? [] : [{ type: `${kind}-delta`, id: kind, delta }];
}

function signatureOf(part: WireObject): unknown {
  return part['thoughtSignature'] ?? part['thought_signature'];
}

function toFile({ mimeType, data }: WireObject): NeutralPart {
  if (typeof data !== 'string') throw new TypeError('a file in the answer has no bytes');
  return { type: 'file', mediaType: readName(mimeType) ?? 'image/png', data };
}
