/** The source of a secret that is a file's whole content: looked at before each use, read again when it changed. */

import { type FileContent, TrackedFile } from '../../config/files/tracked-file.ts';
import type { Host } from '../../host.ts';
import type { Credential } from '../../model/credential.ts';
import { createLookedAt, createOnce, type Finding, type LocatorOf, type Source, via } from './source.ts';

interface HeldFile {
  readonly content: FileContent;
}

export function createFileSource(host: Host): (credential: Credential, locator: LocatorOf<'file'>) => Source {
  const parse = (content: FileContent): HeldFile => ({ content });
  const track = createOnce(
    (path: string) => new TrackedFile<HeldFile>({ host, path, parse, isSuspect: isHalfWritten }),
  );
  return (credential, { path }) =>
    createLookedAt(() => toFinding(track(path).current(), path, via(credential, path)));
}

function toFinding({ content }: HeldFile, path: string, at: string): Finding {
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

/** Whether the file is probably being written: it held a key, and is now empty, gone or unreadable. */
function isHalfWritten({ content }: HeldFile, previous: HeldFile): boolean {
  if (previous.content.state !== 'text' || previous.content.text.trim() === '') return false;
  return content.state !== 'text' || content.text.trim() === '';
}
