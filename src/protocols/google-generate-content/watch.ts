/**
 * Watches a relayed `google-generate-content` stream for content, its end, in-band errors and
 * usage. It ends with its connection.
 */

import { saysFault } from '../content/says-fault.ts';
import { type EventVerdict, StreamWatch } from '../contract/watched-stream.ts';
import { isRecord, listIn, type WireObject } from '../json/is-record.ts';
import { refusedPrompt } from '../translation/finish.ts';
import { namesOfThought } from './bound.ts';
import { blockReasonOf, countGoogleTokens } from './judge.ts';
import { dataOf, hasText, isWellFormed, ownTextOf } from './parts.ts';

export class GoogleWatch extends StreamWatch {
  readonly #finished = new Set<unknown>();

  protected readonly countTokens = countGoogleTokens;

  protected findFault(event: WireObject): 'error' | 'malformed' | undefined {
    if (saysFault(event['error'])) return 'error';
    return isWellFormed(event) ? undefined : 'malformed';
  }

  protected read(event: WireObject): EventVerdict {
    this.opening ??= event;
    if (isRecord(event['usageMetadata'])) this.counted = event['usageMetadata'];
    this.#noteBlock(event);
    // Called for every event: its lists are walked without a copy.
    const candidates = listIn(event['candidates']);
    for (const candidate of candidates)
      if (isRecord(candidate) && this.#endsBroken(candidate)) return 'silent';
    let isContent = false;
    for (const candidate of candidates)
      if (isRecord(candidate) && this.#takeCandidate(candidate)) isContent = true;
    return isContent ? 'content' : 'silent';
  }

  #endsBroken({ finishReason: reason }: WireObject): boolean {
    return typeof reason === 'string' && this.noteFinish(reason);
  }

  /** The vendor refuses the prompt, which counts as its answer. */
  #noteBlock(event: WireObject): void {
    const reason = blockReasonOf(event);
    if (reason === undefined) return;
    this.finish = refusedPrompt(reason);
    this.hasFinished = true;
  }

  /** Returns true if it has content. */
  #takeCandidate({ content, finishReason: reason, index = 0 }: WireObject): boolean {
    let isContent = false;
    if (isRecord(content))
      for (const part of listIn(content['parts']))
        if (isRecord(part) && this.#takePart(part)) isContent = true;
    if (index !== 0) this.obstacle ??= 'several answers at once';
    if (typeof reason !== 'string' || reason.trim() === '') return isContent;
    this.#finished.add(index);
    if (this.#finished.size >= this.options.choices) this.hasFinished = true;
    return isContent;
  }

  /** Returns true if it has content. */
  #takePart(part: WireObject): boolean {
    if ('thoughtSignature' in part || 'thought_signature' in part)
      this.made.push(...namesOfThought(part));
    const data = dataOf(part);
    if (data === undefined && !hasText(part)) return false;
    const text = this.options.keepsText ? ownTextOf(part) : '';
    if (text !== '') this.text.add(text);
    if (data === undefined) return true;
    this.hasCall ||= data === 'functionCall';
    this.obstacle ??= data === 'functionCall' ? 'a tool call' : `a part with ${data}`;
    return true;
  }
}
