/**
 * Parses a whole request body, for translation or to search it for bound parts or images. Refuses
 * bodies with too many values before parsing. A body that is only relayed does not come here.
 */

import { checkJson, type JsonFault } from './check-json.ts';
import { isRecord, parseOrNothing, type WireObject } from './is-record.ts';
import { invalid, tooIntricate } from './refusal.ts';

/** Throws a `RequestError` (400) that says what is wrong and where, without quoting. */
export function parseBody(bytes: Buffer): WireObject {
  requireJson(bytes);
  return requireObject(JSON.parse(bytes.toString('utf8')));
}

function requireObject(parsed: unknown): WireObject {
  if (isRecord(parsed)) return parsed;
  throw invalid('the request body is not a JSON object', 'send one JSON object');
}

/**
 * The same for a scanned body, whose brackets are balanced and not too deep. One too short for too
 * many values (a value takes at least two bytes) is parsed at once, and checked only if that fails.
 * `parse` returns undefined for invalid JSON.
 */
export function parseScanned(
  bytes: Buffer,
  mostValues: number,
  parse: (text: string) => unknown = parseOrNothing,
): WireObject {
  const parsed = bytes.length < 2 * mostValues ? parse(bytes.toString('utf8')) : undefined;
  if (isRecord(parsed)) return parsed;
  requireJson(bytes, mostValues);
  return requireObject(parse(bytes.toString('utf8')));
}

/** Throws `RequestError` (400) unless the bytes are JSON within the limit. */
export function requireJson(bytes: Buffer, mostValues?: number): void {
  const fault = checkJson(bytes, mostValues);
  if (fault === undefined) return;
  const what = `${fault.cause} (${describeLineAndColumn(fault)})`;
  if (fault.kind === 'intricate') throw tooIntricate(what);
  throw invalid(
    `the request body is not JSON: ${describeFirstBytes(bytes) ?? what}`,
    'send one JSON object as application/json, in UTF-8 and not compressed',
  );
}

function describeLineAndColumn({ line, column, byte }: JsonFault): string {
  return `line ${line}, column ${column}, byte ${byte}`;
}

/** Bytes at the start of a body that are enough to recognise it. */
const startLength = 256;

/**
 * Recognises a body that is not JSON by its first bytes, since the place of its first byte would
 * help no one.
 */
function describeFirstBytes(bytes: Buffer): string | undefined {
  const start = bytes.toString('utf8', 0, startLength);
  return beginnings.find(([pattern]) => pattern.test(start))?.[1];
}

/** The first two bytes of gzip, read as UTF-8. */
const gzipMark = '\u001f\ufffd';
/** UTF-16 has this in every other byte of ASCII text. */
const zeroByte = '\u0000';

const beginnings: readonly (readonly [RegExp, string])[] = [
  [/^\s*$/, 'it is empty'],
  [new RegExp(`^${gzipMark}`), 'it is compressed'],
  [/^\ufeff/, 'it begins with a byte order mark'],
  [new RegExp(`^\ufffd|^.{0,3}${zeroByte}`), 'it is not text in UTF-8'],
  [/^--/, 'it is a form in parts'],
  [/^[\w.[\]%]+=/, 'it is a form'],
];
