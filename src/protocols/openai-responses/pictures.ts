/** Pictures as `openai-responses` has them: parts of a message, and of a tool's output. */

import { type PictureForm, textIn } from '../pictures.ts';

export const responsesPictures: PictureForm = {
  field: 'input',
  words: ['input_image'],
  tell: ({ type, image_url: url }, tell) =>
    type === 'input_image' ? { type: 'input_text', text: tell({ url: textIn(url) }) } : undefined,
};
