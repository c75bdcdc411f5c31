/**
 * Finds images in `google-generate-content` bodies: parts of a turn, and of a function's response.
 */

import {
  type Picture,
  type PictureForm,
  pictureAt,
  type TellPicture,
  textIn,
} from '../content/pictures.ts';
import { isRecord, type WireObject } from '../json/is-record.ts';
import { partsIn } from './parts.ts';

export const googlePictures: PictureForm = {
  field: 'contents',
  words: ['inlineData', 'inline_data', 'fileData', 'file_data'],
  tell: (part, tell) => {
    const result = part['functionResponse'];
    if (isRecord(result)) return tellResult(part, result, tell);
    const picture = pictureOf(part);
    return picture === undefined ? undefined : { text: tell(picture) };
  },
};

/** A response's parts may only be files, so the text goes into the function's output. */
function tellResult(
  part: WireObject,
  result: WireObject,
  tell: TellPicture,
): WireObject | undefined {
  const parts = partsIn(result);
  const pictures = parts.flatMap((inner) => pictureOf(inner) ?? []);
  if (pictures.length === 0) return undefined;
  const { parts: _, response, ...rest } = result;
  const others = parts.filter((inner) => pictureOf(inner) === undefined);
  const said = { ...(isRecord(response) ? response : {}), images: pictures.map(tell) };
  const kept = others.length === 0 ? {} : { parts: others };
  return { ...part, functionResponse: { ...rest, response: said, ...kept } };
}

/** The vendor accepts both spellings. Audio and video are neither images nor documents. */
function pictureOf(part: WireObject): Picture | undefined {
  const inline = part['inlineData'] ?? part['inline_data'];
  const file = part['fileData'] ?? part['file_data'];
  if (isRecord(inline)) {
    const data = `data:${mediaKindOf(inline)};base64,${String(inline['data'])}`;
    return isShown(mediaKindOf(inline)) ? pictureAt(data) : undefined;
  }
  if (!isRecord(file) || !isShown(mediaKindOf(file))) return undefined;
  const url = textIn(file['fileUri'] ?? file['file_uri']);
  if (mediaKindOf(file) === 'application/pdf') return { url: undefined, isFile: true };
  // uploaded: visible to its account only
  return { url: url?.includes('googleapis.com') === true ? undefined : url };
}

function mediaKindOf(data: WireObject): string {
  return textIn(data['mimeType'] ?? data['mime_type']) ?? '';
}

function isShown(kind: string): boolean {
  return kind.startsWith('image/') || kind === 'application/pdf';
}
