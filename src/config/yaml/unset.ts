/** Removes one value from a config text; comments and every line of other values are preserved. */

import type { Document } from 'yaml';
import { AccessError } from '../../errors.ts';
import { formatKeyPath, readKeyPath } from '../schema/key-paths.ts';
import type { KeyPath } from '../schema/schema.ts';
import { chooseText, parseChecked } from './edit.ts';
import { alignPath, findPair, rangeOf } from './nodes.ts';
import { withoutMark } from './text-form.ts';

/**
 * Returns the text without this value; a parent left empty stays as `{}` or `[]`. Throws
 * `request-invalid` if the value is not set.
 */
export function unsetConfigValue(text: string, keyPath: string): string {
  const document = parseChecked('the config', text);
  const path = alignPath(document, readKeyPath(keyPath));
  if (path.length === 0 || !document.hasIn(path)) {
    throw new AccessError('request-invalid', `${keyPath} is not set`, {
      fix: '`holdfast config show` lists every value in force',
    });
  }
  return removeValue(text, document, path);
}

/** Returns the document's text without the value, which must be there. */
export function removeValue(text: string, document: Document, path: KeyPath): string {
  const cut = cutLines(text, document, path);
  document.deleteIn(path);
  requireAnchors(document, formatKeyPath(path));
  return chooseText(text, cut, document);
}

/** Undefined if another value shares the lines of this key. */
function cutLines(text: string, document: Document, path: KeyPath): string | undefined {
  const pair = findPair(document.getIn(path.slice(0, -1), true), path.at(-1));
  const [start] = rangeOf(pair?.key) ?? [];
  const [, end] = rangeOf(pair?.value) ?? [];
  if (start === undefined || end === undefined || withoutMark(text) !== text) return undefined;
  const from = text.lastIndexOf('\n', start - 1) + 1;
  if (text.slice(from, start).trim() !== '') return undefined;
  const contentEnd = text.slice(0, end).trimEnd().length;
  const to = text.indexOf('\n', contentEnd) + 1;
  return text.slice(0, from) + (to === 0 ? '' : text.slice(to));
}

/** Throws if another value refers to what was removed. */
function requireAnchors(document: Document, keyPath: string): void {
  try {
    document.toJS();
  } catch (error) {
    throw refersTo(keyPath, error);
  }
}

function refersTo(keyPath: string, cause: unknown): AccessError {
  return new AccessError(
    'request-invalid',
    `${keyPath} cannot be unset: another value refers to it`,
    {
      fix: 'change the value that begins with * first',
      cause,
    },
  );
}
