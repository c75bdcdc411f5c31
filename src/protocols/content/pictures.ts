/**
 * The pictures of a conversation: whether there are any, which, and the same conversation with
 * words in their place. The same for every protocol; what a picture looks like stands in the form
 * that each one gives.
 */

import { isRecord, type WireObject } from '../json/is-record.ts';

export interface Picture {
  /** A `data:` or web address; undefined where only the account that keeps the file can see it. */
  readonly url: string | undefined;
  /** A document, such as a PDF: nobody is asked to describe it. Default: false. */
  readonly isFile?: boolean;
}

/** The words that stand in for a picture. */
export type TellPicture = (picture: Picture) => string;

/** What of pictures is a protocol's own. */
export interface PictureForm {
  /** The field at the top that holds the conversation. */
  readonly field: string;
  /** One of these stands in every body with a picture. */
  readonly words: readonly string[];
  /** The part with words in place of its pictures; undefined for one that has none itself. */
  readonly tell: (part: WireObject, tell: TellPicture) => WireObject | undefined;
}

/**
 * Where parts hold parts. What a tool was called with is not looked at: an object there may look
 * like a picture.
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

/**
 * The body with words in place of its pictures; whatever holds none is the same object as before.
 */
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

/** A text where one is expected; undefined for anything else. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/**
 * What a file is by its `data:` address: a picture, a document, or undefined for text, which
 * everybody reads.
 */
export function pictureAt(url: string | undefined): Picture | undefined {
  if (url?.startsWith('data:image/') === true) return { url };
  return url?.startsWith('data:text/') === true ? undefined : { url: undefined, isFile: true };
}
