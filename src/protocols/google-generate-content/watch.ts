/** What a relayed `google-generate-content` stream tells us: content, the end, errors in band, usage. It ends when its connection does. */

import { isRecord, type WireObject } from '../is-record.ts';
import type { EventVerdict, StreamWatch, WatchOptions } from '../protocol.ts';
import { saysFault } from '../says-fault.ts';
import { type EventReader, type Seen, WatchedStream } from '../watched-stream.ts';
import { namesOfAnswer } from './bound.ts';
import { isBlocked, readUsage, saysEnoughAlone } from './judge.ts';
import { candidatesOf, dataOf, partsOf, saysSomething, textOf } from './parts.ts';

export function watchGoogleStream(options: WatchOptions): StreamWatch {
  return new WatchedStream((seen) => new GoogleReader(seen, options));
}

class GoogleReader implements EventReader {
  readonly #seen: Seen;
  readonly #options: WatchOptions;
  readonly #finished = new Set<unknown>();
  readonly readUsage = readUsage;

  constructor(seen: Seen, options: WatchOptions) {
    this.#seen = seen;
    this.#options = options;
  }

  take(event: WireObject): EventVerdict {
    if (saysFault(event['error'])) return 'error';
    const seen = this.#seen;
    seen.opening ??= event;
    if (isRecord(event['usageMetadata'])) seen.usage = event['usageMetadata'];
    seen.made.push(...namesOfAnswer(event));
    let isContent = isBlocked(event);
    if (isContent) seen.hasFinished = true;
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
    if (index !== 0) this.#seen.obstacle ??= 'several answers at once';
    if (typeof reason !== 'string' || reason === '') return isContent;
    this.#finished.add(index);
    if (this.#finished.size >= this.#options.choices) this.#seen.hasFinished = true;
    return isContent || (!this.#seen.hasContent && saysEnoughAlone(reason));
  }

  #takePart(part: WireObject): void {
    const text = textOf(part);
    if (this.#options.keepsText && text !== '') this.#seen.text.add(text);
    const data = dataOf(part);
    if (data === undefined) return;
    this.#seen.hasCall ||= data === 'functionCall';
    this.#seen.obstacle ??= data === 'functionCall' ? 'a tool call' : `a part with ${data}`;
  }
}
