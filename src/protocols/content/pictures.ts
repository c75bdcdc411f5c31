/**
 * Finds the images of a conversation, and replaces them by text. Shared by all protocols; each
 * supplies the shape of its images.
 */

import { isRecord, type WireObject } from '../json/is-record.ts';

export interface Picture {
  /** A `data:` or web address; undefined if only the account that has the file can see it. */
  readonly url: string | undefined;
  /** A document, such as a PDF, which is not described. Default: false. */
  readonly isFile?: boolean;
}

/** Returns the text that replaces an image. */
export type TellPicture = (picture: Picture) => string;

/** A protocol's own rules for images. */
export interface PictureForm {
  readonly field: string;
  /** Every body with an image contains one of these. */
  readonly words: readonly string[];
  /** Returns the part with text instead of its images; undefined if it has none itself. */
  readonly tell: (part: WireObject, tell: TellPicture) => WireObject | undefined;
}

/**
 * Fields in which parts contain parts. Inputs of tool calls are skipped: an object there may only
 * look like an image.
 */
const nested = ['content', 'output', 'parts', 'source'] as const;

export function listPictures(body: WireObject, form: PictureForm): readonly Picture[] {
  const pictures: Picture[] = [];
  replacePictures(body, form, (picture) => {
    pictures.push(picture);
    return '';
  });
  return pictures;
}

/** Returns the body with text instead of its images; objects without images are not copied. */
export function replacePictures(
  body: WireObject,
  form: PictureForm,
  tell: TellPicture,
): WireObject {
  return { ...body, [form.field]: tellWithin(body[form.field], (part) => form.tell(part, tell)) };
}

function tellWithin(value: unknown, change: (part: WireObject) => WireObject | undefined): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => tellWithin(item, change));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isRecord(value)) return value;
  const changed = change(value);
  if (changed !== undefined) return changed;
  let part = value;
  for (const field of nested) {
    const inner = tellWithin(value[field], change);
    if (inner !== value[field]) part = { ...part, [field]: inner };
  }
  return part;
}

/** Undefined if the value is not a text. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/**
 * Classifies a file by its `data:` address: an image, a document, or undefined for text, which
 * every model reads.
 */
export function pictureAt(url: string | undefined): Picture | undefined {
  if (url?.startsWith('data:image/') === true) return { url };
  return url?.startsWith('data:text/') === true ? undefined : { url: undefined, isFile: true };
}
