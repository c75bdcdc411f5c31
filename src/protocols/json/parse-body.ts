/**
 * A request's body as the object it is, where it must be read whole: to be translated, or searched
 * for what is bound to an account or for pictures. Nothing is parsed that may hold too many values;
 * a body that is only relayed never comes here.
 */

import { checkJson, type JsonFault } from './check-json.ts';
import { isRecord, parseOrNothing, type WireObject } from './is-record.ts';
import { invalid, tooIntricate } from './refusal.ts';

/** Throws `RequestError` (400) that says what is wrong and where, and quotes nothing. */
export function parseBody(bytes: Buffer, mostValues?: number): WireObject {
  requireJson(bytes, mostValues);
  return requireObject(JSON.parse(bytes.toString('utf8')));
}

function requireObject(parsed: unknown): WireObject {
  if (isRecord(parsed)) return parsed;
  throw invalid('the request body is not a JSON object', 'send one JSON object');
}

/**
 * The same for a body that was scanned, so that its brackets are balanced and not too deep: one too
 * short to hold too many values is parsed at once, and checked only where that fails. A value takes
 * two bytes at least. `parse` gives undefined for what is not JSON.
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

/** Throws `RequestError` (400) unless the bytes are JSON of a size that can be parsed. */
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

/** As much of a body as tells what it is. */
const startLength = 256;

/**
 * What is sent in the place of JSON, by how it begins: nobody can do anything with the place of its
 * first byte.
 */
function describeFirstBytes(bytes: Buffer): string | undefined {
  const start = bytes.toString('utf8', 0, startLength);
  return beginnings.find(([pattern]) => pattern.test(start))?.[1];
}

/** The two bytes that gzip begins with, read as UTF-8. */
const gzipMark = '\u001f\ufffd';
/** Every other byte of UTF-16. */
const zeroByte = '\u0000';

const beginnings: readonly (readonly [RegExp, string])[] = [
  [/^\s*$/, 'it is empty'],
  [new RegExp(`^${gzipMark}`), 'it is compressed'],
  [/^\ufeff/, 'it begins with a byte order mark'],
  [new RegExp(`^\ufffd|^.{0,3}${zeroByte}`), 'it is no text in UTF-8'],
  [/^--/, 'it is a form in parts'],
  [/^[\w.[\]%]+=/, 'it is a form'],
];
