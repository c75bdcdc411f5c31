/**
 * The source of a secret that is a file's whole content: checked before each use, and reread when
 * it changed.
 */

import { type FileContent, TrackedFile } from '../../config/files/tracked-file.ts';
import { describeFileFault } from '../../host/file-fault.ts';
import type { Host } from '../../host.ts';
import type { Credential, SecretLocation } from '../../model/credential.ts';
import {
  createLookedAt,
  createOnce,
  type Finding,
  type LocatorOf,
  type Source,
  via,
} from './source.ts';

export function createFileSource(
  host: Host,
): (credential: Credential, locator: LocatorOf<'file'>) => Source {
  const track = createOnce(
    (path: string) =>
      new TrackedFile({ host, path, parse: (content) => content, isSuspect: isHalfWritten }),
  );
  return (credential, { path }) =>
    createLookedAt(() => {
      const content = track(path).current();
      const fault = content.state === 'absent' ? host.files.findFileFault(path) : undefined;
      if (fault === undefined) return findFileSecret(content, path, via(credential, path));
      const detail = `the file cannot be read: ${describeFileFault(fault)}`;
      return { state: 'failed', lookedIn: [`the file ${path}`], detail };
    });
}

function findFileSecret(content: FileContent, path: string, at: SecretLocation): Finding {
  const lookedIn = [`the file ${path}`];
  switch (content.state) {
    case 'text':
      return { state: 'found', value: content.text, at };
    case 'absent':
      return { state: 'unset', lookedIn };
    default:
      return { state: 'failed', lookedIn, detail: `the file cannot be read: ${content.reason}` };
  }
}

/**
 * True when the file is probably being written: it had a key, and is now empty, gone or unreadable.
 */
function isHalfWritten(content: FileContent, previous: FileContent): boolean {
  if (previous.state !== 'text' || previous.text.trim() === '') return false;
  return content.state !== 'text' || content.text.trim() === '';
}
