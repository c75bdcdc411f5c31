/**
 * Finds images in `anthropic-messages` bodies: blocks of a message, of a tool result, and of a
 * document.
 */

import { type Picture, type PictureForm, textIn } from '../content/pictures.ts';
import { isRecord } from '../json/is-record.ts';

export const messagesPictures: PictureForm = {
  field: 'messages',
  words: ['"image"', '"document"'],
  tell: ({ type, source, ...rest }, tell) => {
    const picture = pictureOf(type, source);
    if (picture === undefined) return undefined;
    const { cache_control: cached } = rest; // a cache mark stays valid whatever the block contains
    const text = tell(picture);
    return { type: 'text', text, ...(cached === undefined ? {} : { cache_control: cached }) };
  },
};

/** A document of text or blocks is not an image itself. */
function pictureOf(type: unknown, source: unknown): Picture | undefined {
  if (type === 'image') return { url: addressOf(source) };
  const isText = isRecord(source) && (source['type'] === 'text' || source['type'] === 'content');
  return type === 'document' && !isText ? { url: undefined, isFile: true } : undefined;
}

function addressOf(source: unknown): string | undefined {
  if (!isRecord(source)) return undefined;
  const { type, media_type: kind, data, url } = source;
  return type === 'base64' ? `data:${String(kind)};base64,${String(data)}` : textIn(url);
}
