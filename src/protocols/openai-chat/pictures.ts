/** Pictures as `openai-chat` has them: parts of what a user says, and of a tool's result. */

import { isRecord } from '../is-record.ts';
import { type PictureForm, textIn } from '../pictures.ts';

export const chatPictures: PictureForm = {
  field: 'messages',
  words: ['image_url'],
  tell: ({ type, image_url: image }, tell) => {
    if (type !== 'image_url') return undefined;
    const url = isRecord(image) ? textIn(image['url']) : textIn(image);
    return { type: 'text', text: tell({ url }) };
  },
};
