/**
 * The source of a secret that is one value in a JSON or YAML file, such as another agent's
 * settings.
 */

import { parse } from 'yaml';
import { type FileContent, TrackedFile } from '../../config/files/tracked-file.ts';
import { wholeVariable } from '../../config/schema/interpolate.ts';
import type { Host } from '../../host.ts';
import type { Credential, SecretLocation } from '../../model/credential.ts';
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

function toHeld(content: FileContent): HeldValue {
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
  const value = held.state === 'absent' ? undefined : valueAtPointer(held.value, pointer);
  if (value === undefined || value === null) return { state: 'unset', lookedIn };
  if (typeof value !== 'string')
    return { state: 'failed', lookedIn, detail: `${pointer} in ${path} is not a text` };
  const variable = wholeVariable(value);
  if (variable === undefined) return { state: 'found', value, at };
  const detail = `${pointer} in ${path} refers to ${variable} instead of holding a key`;
  return { state: 'failed', lookedIn, detail };
}

function valueAtPointer(value: unknown, pointer: string): unknown {
  const parts = pointer.slice(1).split('/');
  return parts.reduce<unknown>((node, part) => {
    if (typeof node !== 'object' || node === null) return undefined;
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    return Object.entries(node).find(([name]) => name === key)?.[1];
  }, value);
}
