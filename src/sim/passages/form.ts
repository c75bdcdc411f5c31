/** Reads a body that is a form or JSON: the same fields either way, plus the files of a form. */

import type { Exchange } from '../exchange.ts';
import { isJsonObject } from '../json-value.ts';

export interface FormFile {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface Form {
  /** Undefined if the field is missing or not text. */
  readonly text: (field: string) => string | undefined;
  readonly files: readonly FormFile[];
}

/** Undefined if the body is neither. */
export function readForm({ headers, bytes, body }: Exchange): Form | undefined {
  const boundary = /^multipart\/.*boundary="?([^\s";]+)/i.exec(headers['content-type'] ?? '')?.[1];
  if (boundary !== undefined)
    return readParts(bytes.toString('latin1').split(`--${boundary}`).slice(1, -1));
  if (!isJsonObject(body)) return undefined;
  return {
    text: (field) => (body[field] === undefined ? undefined : String(body[field])),
    files: [],
  };
}

function readParts(parts: readonly string[]): Form {
  const texts = new Map<string, string>();
  const files: FormFile[] = [];
  for (const part of parts) {
    const split = part.indexOf('\r\n\r\n');
    const head = part.slice(0, split);
    const value = part.slice(split + 4, -2);
    const name = /[;\s]name="?([^"\r\n;]*)/i.exec(head)?.[1] ?? '';
    const file = /filename="([^"]*)"/i.exec(head)?.[1];
    if (file === undefined) texts.set(name, value);
    else files.push({ name: file, bytes: Buffer.from(value, 'latin1') });
  }
  return { text: (field) => texts.get(field), files };
}
