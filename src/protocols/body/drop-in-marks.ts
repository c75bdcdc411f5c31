/** Removes a field of every cache mark (`cache_control`) of a request, wherever marks may stand. */

import { isRecord, mapRecords, type WireObject } from '../json/is-record.ts';

const mark = 'cache_control';
const markedLists = ['system', 'tools', 'messages'];
export const markedFields: readonly string[] = [mark, ...markedLists];

/** Tool calls and schemas are the client's own data: nothing is looked for in them. */
export function dropInMarks(request: WireObject, field: string): WireObject {
  const clean = (block: WireObject): WireObject =>
    mapRecords(cleanOwn(block, field), 'content', clean);
  return markedLists.reduce(
    (part, list) => mapRecords(part, list, clean),
    cleanOwn(request, field),
  );
}

function cleanOwn(block: WireObject, field: string): WireObject {
  const marked = block[mark];
  if (!isRecord(marked) || !Object.hasOwn(marked, field)) return block;
  const { [field]: _, ...rest } = marked;
  return { ...block, [mark]: rest };
}
