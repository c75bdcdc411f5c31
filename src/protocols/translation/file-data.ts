/** Encodes neutral files for the wire: an address, a `data:` address, or base64 (translate leg). */

import type { UserFile } from './neutral.ts';

type FileBytes = UserFile['data'];

export function toBase64(data: FileBytes): string {
  if (typeof data === 'string') return data;
  return data instanceof URL ? '' : Buffer.from(data).toString('base64');
}

/** An image of unknown type is sent as JPEG: vendors detect the real type. */
export function nameMedia(mediaType: string): string {
  return mediaType === 'image/*' ? 'image/jpeg' : mediaType;
}

export function toAddress({ mediaType, data }: Pick<UserFile, 'mediaType' | 'data'>): string {
  return data instanceof URL
    ? data.toString()
    : `data:${nameMedia(mediaType)};base64,${toBase64(data)}`;
}

/** The text of a text file whose bytes are here: protocols without such files get it as text. */
export function readTextFile({
  mediaType,
  data,
}: Pick<UserFile, 'mediaType' | 'data'>): string | undefined {
  return mediaType.startsWith('text/') && !(data instanceof URL) ? readInlineText(data) : undefined;
}

/** Decodes the text of a text file. */
export function readInlineText(data: FileBytes): string {
  return data instanceof URL
    ? data.toString()
    : Buffer.from(toBase64(data), 'base64').toString('utf8');
}
