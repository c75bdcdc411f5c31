/**
 * The imprint of a service file that tells ours from one that somebody has edited: a digest of the
 * rest. Pure.
 */

import { hash } from 'node:crypto';
import { version } from '../version.ts';

/** What stands at the place of our file, beside what we would write there. */
export type ImprintState =
  | 'absent'
  /** What we would write. */
  | 'current'
  /** Ours and unedited, for other paths or of another version. */
  | 'stale'
  /** Edited by hand, or never ours. */
  | 'edited';

/** In a line of its own, inside a comment of whatever format. */
const imprintPattern = /^.*written by holdfast \S+, sha256:(?<digest>[0-9a-f]{16}).*\n/m;

/** `text` has the line `{imprint}` in a comment. */
export function imprintText(text: string): string {
  const digest = digestOf(text.replace(/^.*\{imprint\}.*\n/m, ''));
  return text.replace('{imprint}', `written by holdfast ${version}, sha256:${digest}`);
}

export function judgeImprint(installed: string | undefined, planned: string): ImprintState {
  if (installed === undefined) return 'absent';
  const digest = imprintPattern.exec(installed)?.groups?.['digest'];
  const body = installed.replace(imprintPattern, '');
  if (body === planned.replace(imprintPattern, '')) return 'current';
  return digest === digestOf(body) ? 'stale' : 'edited';
}

function digestOf(body: string): string {
  return hash('sha256', body).slice(0, 16);
}
