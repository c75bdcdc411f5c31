/** What a relayed `google-generate-content` stream tells us: content, the end, errors in band, usage. It ends when its connection does. */

import type { Usage } from '../../model/record.ts';
import { isRecord, type WireObject } from '../is-record.ts';
import { saysFault } from '../says-fault.ts';
import { readUsage } from '../usage.ts';
import { type EventVerdict, WatchedStream } from '../watched-stream.ts';
import { namesOfAnswer } from './bound.ts';
import { countGoogleTokens, isBlocked, saysEnoughAlone } from './judge.ts';
import { candidatesOf, dataOf, partsOf, saysSomething, textOf } from './parts.ts';

export class GoogleWatch extends WatchedStream {
  readonly #finished = new Set<unknown>();

  get usage(): Usage | undefined {
    return readUsage(this.told, countGoogleTokens);
  }

  protected judge(event: WireObject): EventVerdict {
    if (saysFault(event['error'])) return 'error';
    this.opening ??= event;
    if (isRecord(event['usageMetadata'])) this.told = event['usageMetadata'];
    this.made.push(...namesOfAnswer(event));
    let isContent = isBlocked(event);
    if (isContent) this.hasFinished = true;
    for (const candidate of candidatesOf(event)) isContent = this.#takeCandidate(candidate) || isContent;
    return isContent ? 'content' : 'silent';
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
    if (typeof reason !== 'string' || reason === '') return isContent;
    this.#finished.add(index);
    if (this.#finished.size >= this.options.choices) this.hasFinished = true;
    return isContent || (!this.hasContent && saysEnoughAlone(reason));
  }

  #takePart(part: WireObject): void {
    const text = textOf(part);
    if (this.options.keepsText && text !== '') this.text.add(text);
    const data = dataOf(part);
    if (data === undefined) return;
    this.hasCall ||= data === 'functionCall';
    this.obstacle ??= data === 'functionCall' ? 'a tool call' : `a part with ${data}`;
  }
}
