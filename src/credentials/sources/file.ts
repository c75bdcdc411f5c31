/**
 * The source of a secret that is a file's whole content: checked before each use, and reread when
 * it changed.
 */

import { join } from 'node:path';
import { listNames } from '../../config/files/list-names.ts';
import { type FileContent, TrackedFile } from '../../config/files/tracked-file.ts';
import { codeOf } from '../../errors.ts';
import { describeFileFault, fixOtherFile } from '../../host/file-fault.ts';
import type { Host } from '../../host.ts';
import type { Credential, SecretLocation } from '../../model/credential.ts';
import type { Fix } from '../../model/fix.ts';
import { listKeyPointers, toHeld } from './file-value.ts';
import {
  createLookedAt,
  createOnce,
  type Finding,
  type LocatorOf,
  namedBy,
  type Source,
  via,
} from './source.ts';

export function createFileSource(
  host: Host,
): (credential: Credential, locator: LocatorOf<'file'>) => Source {
  const track = createOnce(
    (path: string) =>
      new TrackedFile({
        host,
        path,
        parse: (content) => content,
        isSuspect: isHalfWritten,
        fixFault: fixOtherFile,
      }),
  );
  return (credential, { path }) =>
    createLookedAt(() => {
      const content = track(path).current();
      const fault = content.state === 'absent' ? host.files.findFileFault(path) : undefined;
      const found =
        fault === undefined
          ? findFileSecret(content, path, via(credential, path))
          : cannotRead(path, describeFileFault(fault), fixOtherFile(fault, path));
      if (found.state === 'found') return found;
      const fix = fixPath(host, path) ?? found.fix;
      return namedBy(credential, fix === undefined ? found : { ...found, fix });
    });
}

function findFileSecret(content: FileContent, path: string, at: SecretLocation): Finding {
  switch (content.state) {
    case 'text':
      return findValues(content.text, path) ?? { state: 'found', value: content.text, at };
    case 'absent':
      return { state: 'failed', lookedIn: [path], detail: `${path} is not there` };
    default:
      return cannotRead(path, content.reason, content.fix);
  }
}

/** The key in it may be good. */
function cannotRead(path: string, why: string, fix: Fix | undefined): Finding {
  const detail = `${path} cannot be read: ${why}`;
  return { state: 'failed', lookedIn: [path], detail, ...(fix && { fix }) };
}

/** The path leads elsewhere than was meant: it names a folder, or what only a shell replaces. */
function fixPath({ files }: Host, path: string): Fix | undefined {
  const inside = listNames(files, path).filter((name) => !name.startsWith('.'));
  if (inside.length > 0)
    return { text: `name the file in that folder, such as ${join(path, inside[0] ?? '')}` };
  if (codeOf(files.findFileFault(path)) === 'EISDIR')
    return {
      text: 'put the file there in the place of that empty folder, which a container makes for a file that it should mount and that is missing',
    };
  const [variable] = /%\w+%|\$\w+/.exec(path) ?? [];
  return variable === undefined
    ? undefined
    : { text: `write out ${variable}, which is not replaced in a path` };
}

/**
 * True when the file is probably being written: it had a key, and is now empty, gone or unreadable.
 */
function isHalfWritten(content: FileContent, previous: FileContent): boolean {
  if (previous.state !== 'text' || previous.text.trim() === '') return false;
  return content.state !== 'text' || content.text.trim() === '';
}

/** Settings of another program, such as `~/.codex/auth.json`: the key is one of their values. */
function findValues(text: string, path: string): Finding | undefined {
  // a key is one word
  if (!/^\s*[{[]|\S\s+\S/.test(text)) return undefined;
  const held = toHeld({ state: 'text', text });
  if (held.state !== 'parsed' || typeof held.value !== 'object' || held.value === null)
    return undefined;
  const [first, ...others] = listKeyPointers(held.value);
  const place = first === undefined ? 'pointer, such as /api_key' : `pointer: ${first}`;
  const more = others.map((other) => ` or ${other}`).join('');
  return {
    state: 'failed',
    lookedIn: [path],
    detail: `${path} holds several values, not a key alone`,
    fix: { text: `name the place of the key in it, beside file, as ${place}${more}` },
  };
}
