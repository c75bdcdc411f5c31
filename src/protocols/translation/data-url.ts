/** Reads images and files from the wire: a web address, or the bytes in a `data:` address. */

import { cannotCarry } from './field-fates.ts';
import type { UserFile } from './neutral.ts';

/** Its data is base64, or an address. */
export type FileData = Pick<UserFile, 'mediaType' | 'data'>;

const dataUrl = /^data:([^;,]*)(?:;[^,;]*)*;base64,(.*)$/s;

/**
 * `kind` is the media type if the address has none: `image/*`. Undefined if it is no valid address.
 */
export function parseFileUrl(url: string, kind: string): FileData | undefined {
  const found = dataUrl.exec(url);
  if (found !== null) return { mediaType: found[1] || kind, data: found[2] ?? '' };
  return /^https?:\/\//i.test(url) && URL.canParse(url)
    ? { mediaType: kind, data: new URL(url) }
    : undefined;
}

/** The same for a client's address. Throws `RequestError` (400) if it is invalid. */
export function requireFile(url: string, kind: string): FileData {
  const found = parseFileUrl(url, kind);
  if (found === undefined)
    throw cannotCarry('a file that is neither a web address nor a data: address');
  return found;
}
