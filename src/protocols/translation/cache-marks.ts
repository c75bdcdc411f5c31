/**
 * Where a client says that a vendor's prompt cache is to end (`cache_control`), on its way through
 * other protocols (translate leg).
 */

import { isRecord, type WireObject } from '../json/is-record.ts';
import type { NeutralMessage } from './neutral.ts';
import { anything, object, type WireShape } from './shape.ts';

const known = object({ type: anything, ttl: anything });

/** The mark of a client. One of another kind is left out. */
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

/** The options of a part with this `cache_control`; empty where it is invalid. */
export function bearMark(cacheControl: unknown): Marked {
  if (!isRecord(cacheControl) || cacheControl['type'] !== 'ephemeral') return {};
  const { ttl } = cacheControl;
  return {
    providerOptions: {
      holdfast: { cache: { type: 'ephemeral', ...(typeof ttl === 'string' ? { ttl } : {}) } },
    },
  };
}

/** The mark of a message as a whole is that of its last part; a thought takes none. */
export function markLast<Part extends object>(parts: Part[], cacheControl: unknown): Part[] {
  const last = parts.at(-1);
  const mark = bearMark(cacheControl);
  if (last === undefined || mark.providerOptions === undefined || 'providerOptions' in last)
    return parts;
  return [...parts.slice(0, -1), { ...last, ...mark }];
}

/** The field that tells of a part's mark; nothing where it bears none. */
export function tellMark({
  providerOptions,
}: {
  readonly providerOptions?: PartOptions | undefined;
}): WireObject {
  const mark = providerOptions?.['holdfast']?.['cache'];
  return isRecord(mark) ? { cache_control: mark } : {};
}

/** The mark of a request as a whole: its cache ends with the last block, whichever that is. */
export function readCacheMark(cacheControl: unknown): WireObject | undefined {
  const mark = tellMark(bearMark(cacheControl));
  return 'cache_control' in mark ? mark : undefined;
}
