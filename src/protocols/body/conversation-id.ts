/**
 * Finds what names the conversation of a request (step 2 of a request), where one of several keys
 * is to be chosen for it: its client's own id for it, else the texts with which it began.
 */

import { isRecord, parseOrNothing } from '../json/is-record.ts';
import type { RequestBytes } from '../json/request-bytes.ts';
import { JsonTokens, token, type ValuePlace } from '../json/scan.ts';

/** In bytes. A larger body, or turn, takes longer to read than a warm cache saves. */
const maxBytes = 4_000_000;
const maxTurnBytes = 1_000_000;
/** A longer value is no id. */
const maxIdLength = 400;

interface ScannedBody {
  readonly bytes: RequestBytes;
  readonly fields: ReadonlyMap<string, ValuePlace>;
}

/** `turnsField` holds the conversation. Undefined for a single question. */
export function findConversationId(body: ScannedBody, turnsField: string): string | undefined {
  const { bytes } = body;
  const metadata = readSmall(body, 'metadata');
  const ids = [
    readSmall(body, 'prompt_cache_key'),
    isRecord(metadata) ? metadata['user_id'] : undefined,
  ];
  const id = ids.find((one): one is string => typeof one === 'string' && one !== '');
  if (id !== undefined) return id;
  const turns = body.fields.get(turnsField);
  return turns === undefined || bytes.length > maxBytes ? undefined : readHead(bytes, turns);
}

function readSmall({ bytes, fields }: ScannedBody, field: string): unknown {
  const place = fields.get(field);
  if (place === undefined || place.end - place.start > 2 * maxIdLength) return undefined;
  return parseOrNothing(bytes.text(place.start, place.end));
}

/**
 * Returns what was said from the first question to the first answer: it stays the same in all later
 * turns, even where a client marks other places for a cache. What the system says may have the time
 * in it, and does not count. Undefined if there is no answer yet.
 */
function readHead(bytes: RequestBytes, { start, end }: ValuePlace): string | undefined {
  const said: string[] = [];
  for (const place of itemsOf(bytes.slice(start, end))) {
    if (place.end - place.start > maxTurnBytes) return undefined;
    const turn = parseOrNothing(bytes.text(start + place.start, start + place.end));
    if (!isRecord(turn) || turn['role'] === 'system' || turn['role'] === 'developer') continue;
    const text = textOfPrompt(turn);
    if (said.length === 0 && text === '') continue;
    said.push(text);
    if (turn['role'] !== 'user') return said.join('\n');
  }
  return undefined;
}

/** Yields the places of the items of a list, without reading further than is asked for. */
function* itemsOf(list: readonly Buffer[]): Iterable<ValuePlace> {
  const tokens = new JsonTokens(list);
  if (tokens.next() !== token.openList) return;
  let [open, start] = [0, 0];
  for (let next = tokens.next(); next < token.end; next = tokens.next()) {
    const isOpener = next === token.openObject || next === token.openList;
    if (isOpener && open === 0) start = tokens.start;
    if (isOpener) open += 1;
    else if (next === token.closeObject || next === token.closeList) {
      open -= 1;
      if (open === 0) yield { start, end: tokens.end };
    }
  }
}

/** Returns the text of a turn in any protocol, or of a part of it. */
export function textOfPrompt(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOfPrompt).join('');
  return isRecord(value)
    ? textOfPrompt(value['text'] ?? value['content'] ?? value['parts'] ?? '')
    : '';
}
