/** Carries a client's prompt cache marks (`cache_control`) to other protocols (translate leg). */

import { isRecord, type WireObject } from '../json/is-record.ts';
import type { NeutralMessage } from './neutral.ts';
import { anything, object, type WireShape } from './shape.ts';

const known = object({ type: anything, ttl: anything });

/** Accepts a client's mark; other kinds are left out. */
export const cacheControl: WireShape<unknown> = {
  check: (value, walk) => {
    if (isRecord(value) && value['type'] === 'ephemeral') return known.check(value, walk);
    if (value !== undefined && value !== null) walk.noteUnread('type');
    return undefined;
  },
  schema: {},
};

type PartOptions = NonNullable<NeutralMessage['providerOptions']>;

interface Marked {
  readonly providerOptions?: PartOptions;
}

/** Returns the options of a part with this `cache_control`; empty if it is invalid. */
export function bearMark(cacheControl: unknown): Marked {
  if (!isRecord(cacheControl) || cacheControl['type'] !== 'ephemeral') return {};
  const { ttl } = cacheControl;
  return {
    providerOptions: {
      holdfast: { cache: { type: 'ephemeral', ...(typeof ttl === 'string' ? { ttl } : {}) } },
    },
  };
}

/** Moves a message's mark to its last part; a thought cannot have one. */
export function markLast<Part extends object>(parts: Part[], cacheControl: unknown): Part[] {
  const last = parts.at(-1);
  const mark = bearMark(cacheControl);
  if (last === undefined || mark.providerOptions === undefined || 'providerOptions' in last)
    return parts;
  return [...parts.slice(0, -1), { ...last, ...mark }];
}

/** Returns the field for a part's mark; empty if it has none. */
export function tellMark({
  providerOptions,
}: {
  readonly providerOptions?: PartOptions | undefined;
}): WireObject {
  const mark = providerOptions?.['holdfast']?.['cache'];
  return isRecord(mark) ? { cache_control: mark } : {};
}

/** Reads the mark of a whole request: its cache ends with the last block. */
export function readCacheMark(cacheControl: unknown): WireObject | undefined {
  const mark = tellMark(bearMark(cacheControl));
  return 'cache_control' in mark ? mark : undefined;
}
