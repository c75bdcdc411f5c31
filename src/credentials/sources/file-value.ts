/**
 * The source of a secret that is one value in a JSON or YAML file, such as another agent's
 * settings.
 */

import { parse } from 'yaml';
import { type FileContent, TrackedFile } from '../../config/files/tracked-file.ts';
import { wholeVariable } from '../../config/schema/interpolate.ts';
import type { Host } from '../../host.ts';
import type { Credential, SecretLocation } from '../../model/credential.ts';
import type { Fix } from '../../model/fix.ts';
import { createLookedAt, createOnce, type Finding, namedBy, type Source, via } from './source.ts';

type HeldValue =
  | { readonly state: 'parsed'; readonly value: unknown }
  | { readonly state: 'absent' }
  | { readonly state: 'failed'; readonly detail: string };

/** `pointer` is one of RFC 6901, such as `/model/api_key`. */
interface ValueLocator {
  readonly path: string;
  readonly pointer: string;
}

export function createFileValueSource(
  host: Host,
): (credential: Credential, place: ValueLocator) => Source {
  const track = createOnce(
    (path: string) =>
      new TrackedFile<HeldValue>({ host, path, parse: toHeld, isSuspect: isHalfWrittenValue }),
  );
  return (credential, place) =>
    createLookedAt(() => {
      const at = via(credential, `${place.path} ${place.pointer}`);
      const finding = findHeldValue(track(place.path).current(), place, at);
      return finding.state === 'found' ? finding : namedBy(credential, finding);
    });
}

export function toHeld(content: FileContent): HeldValue {
  if (content.state === 'absent') return content;
  if (content.state === 'unreadable')
    return { state: 'failed', detail: `the file cannot be read: ${content.reason}` };
  try {
    return { state: 'parsed', value: parse(content.text, { logLevel: 'error' }) };
  } catch {
    // The parser's own message would quote the file.
    return { state: 'failed', detail: 'the file is neither JSON nor YAML' };
  }
}

/**
 * True when the file is probably being written: it had a value, and is now broken, gone or empty.
 */
function isHalfWrittenValue(next: HeldValue, previous: HeldValue): boolean {
  if (previous.state !== 'parsed' || previous.value === null) return false;
  return next.state !== 'parsed' || next.value === null;
}

function findHeldValue(
  held: HeldValue,
  { path, pointer }: ValueLocator,
  at: SecretLocation,
): Finding {
  const lookedIn = [`${path} ${pointer}`];
  if (held.state === 'failed') return { state: 'failed', lookedIn, detail: held.detail };
  if (held.state === 'absent') return { state: 'unset', lookedIn, hint: 'that file is not there' };
  const value = valueAtPointer(held.value, pointer);
  if (value === undefined || value === null)
    return { state: 'unset', lookedIn, ...explainHole(held.value, value) };
  if (typeof value !== 'string')
    return { state: 'failed', lookedIn, detail: `${pointer} in ${path} is not a text` };
  const variable = wholeVariable(value);
  if (variable === undefined) return { state: 'found', value, at };
  const detail = `${pointer} in ${path} refers to ${variable} instead of holding a key`;
  return { state: 'failed', lookedIn, detail };
}

/** Programs leave `null` where a login takes the place of a key. */
function explainHole(all: unknown, value: null | undefined): { hint: string; fix: Fix } {
  const others = listKeyPointers(all);
  const elsewhere = 'name another source of a key: that program has none to lend';
  return {
    hint: value === null ? 'it is there, and holds null, no key' : 'the file has no such place',
    fix: {
      text: others.length > 0 ? `name the place as pointer: ${others.join(' or ')}` : elsewhere,
    },
  };
}

function valueAtPointer(value: unknown, pointer: string): unknown {
  const parts = pointer.slice(1).split('/');
  return parts.reduce<unknown>((node, part) => {
    if (typeof node !== 'object' || node === null) return undefined;
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    return Object.entries(node).find(([name]) => name === key)?.[1];
  }, value);
}

/** Nobody would read more. */
const maxPointers = 3;
const keyName = /(?:^|[_-]|api)(?:key|token|secret)$|(?<=[a-z])(?:Key|Token|Secret)$/;
/** A login's other parts, which are no keys. */
const otherName = /refresh|^id_?token$|public/i;

/** `OPENAI_API_KEY` is `openai_api_key`; `apiKey` stays. */
function unshout(name: string): string {
  return /[a-z]/.test(name) ? name : name.toLowerCase();
}

/** Places of values that look like keys, by the names that they have. */
export function listKeyPointers(value: unknown, at = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const found = Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    const pointer = `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (typeof inner !== 'string') return listKeyPointers(inner, pointer);
    const isKey =
      keyName.test(unshout(name)) && !otherName.test(name) && /^[\x21-\x7e]{8,}$/.test(inner);
    return isKey ? [pointer] : [];
  });
  return found.slice(0, maxPointers);
}
