/**
 * Rewrites the events of a continuation so that the client sees one stream: one id, one model, one
 * text, one usage.
 */

import { Splicer } from '../contract/splicer.ts';
import { isRecord, type WireObject } from '../json/is-record.ts';
import { pickFields } from '../json/pick.ts';
import { candidatesOf, dataOf, ownTextOf, partsOf } from './parts.ts';

/** Fields that are the same in all events of one stream. */
const identity = ['responseId', 'modelVersion'];

export class GoogleSplicer extends Splicer {
  protected readonly counters = { output: 'candidatesTokenCount', total: 'totalTokenCount' };
  protected splice(event: WireObject): readonly WireObject[] {
    const { usageMetadata: counted } = event;
    if (isRecord(counted)) this.counted = counted;
    const candidates = candidatesOf(event).flatMap((candidate) => this.#spliceCandidate(candidate));
    if (candidates.length === 0) return [];
    const usage = isRecord(counted) ? { usageMetadata: this.usage } : {};
    return [{ ...event, candidates, ...usage, ...pickFields(this.before.opening, identity) }];
  }

  protected finish(): readonly WireObject[] {
    const parts = partsOfText(this.filter.end());
    if (parts.length === 0) return [];
    return [{ candidates: [toCandidate(parts)], ...pickFields(this.before.opening, identity) }];
  }

  /**
   * Text that was held back comes before a call or the end. Thoughts are dropped: they belong
   * before the text that the client already has.
   */
  #spliceCandidate(candidate: WireObject): readonly WireObject[] {
    const isEnd = typeof candidate['finishReason'] === 'string';
    const parts = partsOf(candidate).flatMap((part) => this.#splicePart(part));
    const rest = isEnd ? partsOfText(this.filter.end()) : [];
    if (parts.length === 0 && !isEnd) return [];
    return [{ ...candidate, ...toCandidate([...parts, ...rest]) }];
  }

  #splicePart(part: WireObject): readonly WireObject[] {
    if (dataOf(part) !== undefined) return [...partsOfText(this.filter.end()), part];
    return partsOfText(this.filter.push(ownTextOf(part)));
  }
}

function partsOfText(text: string): readonly WireObject[] {
  return text === '' ? [] : [{ text }];
}

function toCandidate(parts: readonly WireObject[]): WireObject {
  return { content: { parts, role: 'model' }, index: 0 };
}
