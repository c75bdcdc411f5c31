/** Pictures as `anthropic-messages` has them: blocks of a message, and of a tool's result. */

import { isRecord } from '../is-record.ts';
import { type PictureForm, textIn } from '../pictures.ts';

export const messagesPictures: PictureForm = {
  field: 'messages',
  words: ['"image"'],
  tell: ({ type, source, ...rest }, tell) => {
    if (type !== 'image') return undefined;
    const { cache_control: cached } = rest; // a mark for the vendor's cache holds whatever the block says
    const text = tell({ url: addressOf(source) });
    return { type: 'text', text, ...(cached === undefined ? {} : { cache_control: cached }) };
  },
};

function addressOf(source: unknown): string | undefined {
  if (!isRecord(source)) return undefined;
  const { type, media_type: kind, data, url } = source;
  return type === 'base64' ? `data:${String(kind)};base64,${String(data)}` : textIn(url);
}
