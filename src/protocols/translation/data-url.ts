/**
 * Pictures and files as wire formats write them: a web address, or the bytes themselves inside a
 * `data:` address.
 */

import { cannotCarry } from './field-fates.ts';
import type { UserFile } from './neutral.ts';

/** Its data: base64, or an address. */
export type FileData = Pick<UserFile, 'mediaType' | 'data'>;

const dataUrl = /^data:([^;,]*)(?:;[^,;]*)*;base64,(.*)$/s;

/**
 * `kind` is the media type where the address does not say: `image/*`. Undefined for what is
 * neither.
 */
export function parseFileUrl(url: string, kind: string): FileData | undefined {
  const found = dataUrl.exec(url);
  if (found !== null) return { mediaType: found[1] || kind, data: found[2] ?? '' };
  return /^https?:\/\//i.test(url) && URL.canParse(url)
    ? { mediaType: kind, data: new URL(url) }
    : undefined;
}

/** The same of what a client wrote. Throws `RequestError` (400) for what is neither. */
export function requireFile(url: string, kind: string): FileData {
  const found = parseFileUrl(url, kind);
  if (found === undefined)
    throw cannotCarry('a file that is neither a web address nor a data: address');
  return found;
}
