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
  namedBy,
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
      const finding =
        fault === undefined
          ? findFileSecret(content, path, via(credential, path))
          : cannotRead(path, describeFileFault(fault));
      return finding.state === 'found' ? finding : namedBy(credential, finding);
    });
}

function findFileSecret(content: FileContent, path: string, at: SecretLocation): Finding {
  switch (content.state) {
    case 'text':
      return { state: 'found', value: content.text, at };
    case 'absent':
      return { state: 'failed', lookedIn: [path], detail: `${path} is not there` };
    default:
      return cannotRead(path, content.reason);
  }
}

function cannotRead(path: string, why: string): Finding {
  return { state: 'failed', lookedIn: [path], detail: `${path} cannot be read: ${why}` };
}

/**
 * True when the file is probably being written: it had a key, and is now empty, gone or unreadable.
 */
function isHalfWritten(content: FileContent, previous: FileContent): boolean {
  if (previous.state !== 'text' || previous.text.trim() === '') return false;
  return content.state !== 'text' || content.text.trim() === '';
}
