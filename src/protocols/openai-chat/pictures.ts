/**
 * Finds images in `openai-chat` bodies: parts of user messages and of tool results; files count
 * too.
 */

import { type Picture, type PictureForm, pictureAt, textIn } from '../content/pictures.ts';
import { isRecord } from '../json/is-record.ts';

export const chatPictures: PictureForm = {
  field: 'messages',
  words: ['image_url', '"file"'],
  tell: ({ type, image_url: image, file }, tell) => {
    const picture = type === 'image_url' ? { url: addressOf(image) } : pictureOfFile(type, file);
    return picture === undefined ? undefined : { type: 'text', text: tell(picture) };
  },
};

function addressOf(image: unknown): string | undefined {
  return isRecord(image) ? textIn(image['url']) : textIn(image);
}

function pictureOfFile(type: unknown, file: unknown): Picture | undefined {
  return type === 'file' && isRecord(file) ? pictureAt(textIn(file['file_data'])) : undefined;
}
