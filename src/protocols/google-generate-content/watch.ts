/**
 * What a relayed `google-generate-content` stream tells us: content, the end, errors in band,
 * usage. It ends when its connection does.
 */

import type { Usage } from '../../model/record.ts';
import { saysFault } from '../content/says-fault.ts';
import { type EventVerdict, WatchedStream } from '../contract/watched-stream.ts';
import { isRecord, type WireObject } from '../json/is-record.ts';
import { refusedPrompt } from '../translation/finish.ts';
import { readUsage } from '../translation/usage.ts';
import { namesOfAnswer } from './bound.ts';
import { blockReasonOf, countGoogleTokens } from './judge.ts';
import { candidatesOf, dataOf, isWellFormed, ownTextOf, partsOf, saysSomething } from './parts.ts';

export class GoogleWatch extends WatchedStream {
  readonly #finished = new Set<unknown>();

  get usage(): Usage | undefined {
    return readUsage(this.told, countGoogleTokens);
  }

  protected judge(event: WireObject): EventVerdict {
    if (saysFault(event['error'])) return 'error';
    if (!isWellFormed(event)) return 'malformed';
    this.opening ??= event;
    if (isRecord(event['usageMetadata'])) this.told = event['usageMetadata'];
    this.made.push(...namesOfAnswer(event));
    this.#noteBlock(event);
    const candidates = candidatesOf(event);
    for (const { finishReason: reason } of candidates)
      if (typeof reason === 'string' && this.noteFinish(reason)) return 'silent';
    let isContent = false;
    for (const candidate of candidates) isContent = this.#takeCandidate(candidate) || isContent;
    return isContent ? 'content' : 'silent';
  }

  /** The vendor refuses the prompt: that is its answer. */
  #noteBlock(event: WireObject): void {
    if (blockReasonOf(event) === undefined) return;
    this.finish = refusedPrompt;
    this.hasFinished = true;
  }

  /** True where it brings content. */
  #takeCandidate(candidate: WireObject): boolean {
    const { finishReason: reason, index = 0 } = candidate;
    let isContent = false;
    for (const part of partsOf(candidate)) {
      if (!saysSomething(part)) continue;
      isContent = true;
      this.#takePart(part);
    }
    if (index !== 0) this.obstacle ??= 'several answers at once';
    if (typeof reason !== 'string' || reason.trim() === '') return isContent;
    this.#finished.add(index);
    if (this.#finished.size >= this.options.choices) this.hasFinished = true;
    return isContent;
  }

  #takePart(part: WireObject): void {
    const text = ownTextOf(part);
    if (this.options.keepsText && text !== '') this.text.add(text);
    const data = dataOf(part);
    if (data === undefined) return;
    this.hasCall ||= data === 'functionCall';
    this.obstacle ??= data === 'functionCall' ? 'a tool call' : `a part with ${data}`;
  }
}
