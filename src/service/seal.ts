/** The mark in a service file that tells ours from one that somebody has edited: a digest of the rest. Pure. */

import { hash } from 'node:crypto';
import { version } from '../version.ts';

/** What stands at the place of our file, beside what we would write there. */
export type SealState =
  | 'absent'
  /** What we would write. */
  | 'current'
  /** Ours and unedited, for other paths or of another version. */
  | 'stale'
  /** Edited by hand, or never ours. */
  | 'edited';

/** In a line of its own, inside a comment of whatever format. */
const sealPattern = /^.*written by holdfast \S+, sha256:(?<digest>[0-9a-f]{16}).*\n/m;

/** `text` has the line `{seal}` in a comment. */
export function sealText(text: string): string {
  const digest = digestOf(text.replace(/^.*\{seal\}.*\n/m, ''));
  return text.replace('{seal}', `written by holdfast ${version}, sha256:${digest}`);
}

export function judgeSeal(installed: string | undefined, planned: string): SealState {
  if (installed === undefined) return 'absent';
  const digest = sealPattern.exec(installed)?.groups?.['digest'];
  const body = installed.replace(sealPattern, '');
  if (body === planned.replace(sealPattern, '')) return 'current';
  return digest === digestOf(body) ? 'stale' : 'edited';
}

function digestOf(body: string): string {
  return hash('sha256', body).slice(0, 16);
}
