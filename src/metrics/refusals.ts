/**
 * Counts requests that were refused before a target was chosen, by what they were told. A caller
 * chooses some of those words (a path, a Host): so there is room for so many, and what comes later
 * is counted by the code of its error alone.
 */

import { escapeControls } from '../access/wording/escape-controls.ts';
import { formatFix } from '../errors.ts';
import type { RefusalCount, RefusedCaller } from '../model/events.ts';

/** Above this a log would only grow. */
const loggedCounts: ReadonlySet<number> = new Set([1, 10, 100, 1000, 10_000, 100_000]);
const maxTextLength = 200;
/** A code has one more, for all that found no room. */
const maxTexts = 256;

export class RefusalCounts {
  readonly #counts = new Map<string, RefusalCount>();

  /** Returns a line for the log with the first of a text, the 10th, the 100th and so on. */
  note(
    { code, status, requestId: lastId, text: said, fix }: RefusedCaller,
    now: number,
  ): string | undefined {
    const text = toLine(said).slice(0, maxTextLength);
    const own = `${code} ${text}`;
    const place = this.#counts.has(own) || this.#counts.size < maxTexts ? own : code;
    const known = this.#counts.get(place);
    const count = (known?.count ?? 0) + 1;
    const todo = fix === undefined ? '' : toLine(formatFix(fix));
    const hasRoom = todo !== '' && todo.length <= maxTextLength;
    const firstAt = known?.firstAt ?? now;
    const kind = { code, status, count, firstAt, lastAt: now, lastId, text };
    this.#counts.set(place, hasRoom ? { ...kind, fix: todo } : kind);
    return loggedCounts.has(count)
      ? `${count} refused as ${code} (${status}) so far, the last as ${lastId}: ${text}`
      : undefined;
  }

  /** Returns the texts, the most frequent first. */
  list(): readonly RefusalCount[] {
    return [...this.#counts.values()].sort((one, other) => other.count - one.count);
  }
}

function toLine(text: string): string {
  return escapeControls(text.replaceAll(/\s/g, ' '));
}
