/**
 * A digest in a service file, which tells whether somebody has edited the file since we wrote it.
 * Pure.
 */

import { hash } from 'node:crypto';
import { version } from '../version.ts';

/** The installed file, compared with the one that we would write now. */
export type ImprintState =
  | 'absent'
  /** It is the text that we would write. */
  | 'current'
  /** Written by us and unedited, for other paths or by another version. */
  | 'stale'
  /** Edited by hand, or written by somebody else. */
  | 'edited';

/** A comment line of its own, in any format. */
const imprintPattern = /^.*written by holdfast \S+, sha256:(?<digest>[0-9a-f]{16}).*\n/m;

/** `text` has the line `{imprint}` in a comment. */
export function imprintText(text: string): string {
  const digest = digestOf(text.replace(/^.*\{imprint\}.*\n/m, ''));
  return text.replace('{imprint}', `written by holdfast ${version}, sha256:${digest}`);
}

/** A file that is not planned should not be there. */
export function judgeImprint(
  installed: string | undefined,
  planned: string | undefined,
): ImprintState {
  if (installed === undefined) return planned === undefined ? 'current' : 'absent';
  const digest = imprintPattern.exec(installed)?.groups?.['digest'];
  const body = installed.replace(imprintPattern, '');
  if (body === planned?.replace(imprintPattern, '')) return 'current';
  return digest === digestOf(body) ? 'stale' : 'edited';
}

function digestOf(body: string): string {
  return hash('sha256', body).slice(0, 16);
}
