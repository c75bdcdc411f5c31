/** Simulates Anthropic's prompt cache: prefixes of marked requests, found again by their hashes. */

import { createHash } from 'node:crypto';
import type { ScaledTime } from '../clock.ts';
import { isJsonObject, type JsonObject, toObjects, toText } from '../json-value.ts';
import { createNoAnswer } from '../refusals.ts';
import { blocksOfMessage } from './rules.ts';

/** Prompt tokens read from the cache, and written into it. */
export interface CachedTokens {
  readonly read: number;
  readonly written: number;
}

/** https://platform.claude.com/docs/en/build-with-claude/prompt-caching, read 2026-11. */
const mostMarks = 4;
const lookBack = 20;
const keptSeconds = 300;
const minimums: readonly (readonly [RegExp, number])[] = [
  [/^claude-(opus|fable|mythos)-5$/, 512],
  [/^claude-(haiku-4-5|opus-4-[56])/, 4096],
];
const usualMinimum = 1024;

/** A block of a prompt, and the prompt up to its end. */
interface PromptPrefix {
  readonly hash: string;
  readonly tokens: number;
  readonly isMarked: boolean;
}

export class KeptPrefixes {
  readonly #time: ScaledTime;
  /** Maps each prefix to its expiry, epoch ms. */
  readonly #kept = new Map<string, number>();

  constructor(time: ScaledTime) {
    this.#time = time;
  }

  clear(): void {
    this.#kept.clear();
  }

  /** Reads the longest cached prefix, and stores those that end with a cache mark. */
  take(body: JsonObject, key: string): CachedTokens {
    const model = toText(body['model']) ?? '';
    const prefixes = listPrefixes(body, `${key} ${model}`);
    const least = minimums.find(([match]) => match.test(model))?.[1] ?? usualMinimum;
    const marks = prefixes.flatMap(({ isMarked, tokens }, index) =>
      isMarked && tokens >= least ? [index] : [],
    );
    const found = marks
      .flatMap((mark) => this.#findBefore(prefixes, mark))
      .reduce((most, index) => Math.max(most, index), -1);
    const read = prefixes[found]?.tokens ?? 0;
    for (const index of [...marks, found]) this.#keep(prefixes[index]);
    const last = prefixes[marks.at(-1) ?? -1]?.tokens ?? 0;
    return { read, written: Math.max(0, last - read) };
  }

  #findBefore(prefixes: readonly PromptPrefix[], mark: number): readonly number[] {
    for (let index = mark; index >= 0 && index > mark - lookBack; index--)
      if ((this.#kept.get(prefixes[index]?.hash ?? '') ?? 0) > this.#time.now()) return [index];
    return [];
  }

  #keep(prefix: PromptPrefix | undefined): void {
    if (prefix !== undefined)
      this.#kept.set(prefix.hash, this.#time.now() + keptSeconds * 1000 * this.#time.scale);
  }
}

/** Throws `NoAnswer` if there are more marks than the vendor allows. */
export function requireFewMarks(body: JsonObject): void {
  const count = listPrefixes(body, '').filter(({ isMarked }) => isMarked).length;
  if (count > mostMarks)
    throw createNoAnswer(
      `A maximum of ${mostMarks} blocks with cache_control may be provided. Found ${count}.`,
    );
}

/** The order is tools, system, conversation. Counts four bytes per token. */
function listPrefixes(body: JsonObject, scope: string): readonly PromptPrefix[] {
  const hash = createHash('sha256').update(scope);
  let bytes = 0;
  const blocks = listBlocks(body);
  return blocks.map(([place, { cache_control: mark, ...block }], index) => {
    const text = `${place}${JSON.stringify(block)}`;
    hash.update(text);
    bytes += Buffer.byteLength(text);
    const isLast = index === blocks.length - 1;
    const isMarked = isJsonObject(mark) || (isLast && isJsonObject(body['cache_control']));
    return { hash: hash.copy().digest('hex'), tokens: Math.floor(bytes / 4), isMarked };
  });
}

function listBlocks({
  tools,
  system,
  messages,
}: JsonObject): readonly (readonly [string, JsonObject])[] {
  const parts = [
    { role: 'tools', content: tools },
    { role: 'system', content: system },
  ];
  return [...parts, ...toObjects(messages)].flatMap((part: JsonObject) =>
    blocksOfMessage(part).map((block) => [toText(part['role']) ?? '', block] as const),
  );
}
