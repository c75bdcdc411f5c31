/**
 * Resolves `@path` in a message and attaches the picture or text file. A word with an `@` that
 * names no file stays a word.
 */

import { isUtf8 } from 'node:buffer';
import { basename, join, resolve } from 'node:path';
import type { RequestError } from '../errors.ts';
import { describeFileFault } from '../host/file-fault.ts';
import type { Host } from '../host.ts';
import type { Attachment } from '../sessions/session.ts';
import type { TaskPart } from '../tasks/profile.ts';
import { refuse } from './refuse.ts';

/** No provider accepts a larger picture, and a longer text does not belong in a message. */
const maxBytes = { picture: 20 * 1024 * 1024, text: 1024 * 1024 } as const;

/** Matches `@notes.txt` and `@"two words.png"`, but not the middle of an email address. */
const mention = /(?<![^\s([{"'])@(?:"([^"\n]+)"|(\S+))/g;

/** Excludes names, as in `@nobody`, and packages, as in `@types/node`. */
const looksLikeFile = /^[~.]{0,2}\/|\.\w{1,5}$/;

/** The first bytes of the pictures that models accept. */
const pictures: readonly (readonly [mediaType: string, begins: string, at: number])[] = [
  ['image/png', '\x89PNG', 0],
  ['image/jpeg', '\xff\xd8\xff', 0],
  ['image/gif', 'GIF8', 0],
  ['image/webp', 'WEBP', 8],
];

export type FileHost = Pick<Host, 'files' | 'environment'>;

/** The files that a message names. */
interface Mentioned {
  readonly attachments: readonly Attachment[];
  /** Words that look like files, but name none. */
  readonly missing: readonly string[];
}

/** Throws `RequestError` for a file that cannot be attached. */
export function findAttachments(host: FileHost, text: string): Mentioned {
  const paths = new Set<string>();
  const missing = new Set<string>();
  for (const [, quoted, word = ''] of text.matchAll(mention)) {
    const bare = word.replace(/[.,;:!?)\]}'"]+$/, '');
    const named = quoted === undefined ? [word, bare] : [quoted];
    const path = named.find((one) => one !== '' && isFile(host, toAbsolutePath(host, one)));
    if (path !== undefined) paths.add(path);
    else if (quoted !== undefined || looksLikeFile.test(bare)) missing.add(quoted ?? bare);
  }
  return {
    attachments: [...paths].map((path) => readAttachment(host, path)),
    missing: [...missing],
  };
}

/** Returns a part of a message in the format of OpenAI's chat completions. */
export function attachmentPart({ name, mediaType, bytes }: Attachment): TaskPart {
  if (!mediaType.startsWith('image/'))
    return {
      type: 'text',
      text: `<file name="${name}">\n${Buffer.from(bytes).toString('utf8')}\n</file>`,
    };
  const url = `data:${mediaType};base64,${Buffer.from(bytes).toString('base64')}`;
  return { type: 'image_url', image_url: { url } };
}

export function toAbsolutePath({ environment }: FileHost, path: string): string {
  return path.startsWith('~/') ? join(environment.get('HOME') ?? '', path.slice(2)) : resolve(path);
}

function isFile({ files }: FileHost, path: string): boolean {
  try {
    return files.stamp(path) !== undefined;
  } catch {
    return false; // not a valid path, or in an unreadable folder
  }
}

function readAttachment(host: FileHost, path: string): Attachment {
  const bytes = readAttachedFile(host, path);
  const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
  const found = pictures.find(([, begins, at]) => head.startsWith(begins, at))?.[0];
  if (found === undefined && !(isUtf8(bytes) && !bytes.includes(0)))
    throw cannotGo(path, 'is neither a picture (PNG, JPEG, GIF, WebP) nor text');
  const most = found === undefined ? maxBytes.text : maxBytes.picture;
  if (bytes.length > most) throw cannotGo(path, `has more than ${most / 1024 / 1024} MB`);
  return { name: basename(path), mediaType: found ?? 'text/plain', bytes };
}

function readAttachedFile(host: FileHost, path: string): Uint8Array {
  try {
    return host.files.readBytes(toAbsolutePath(host, path));
  } catch (error) {
    throw cannotGo(path, describeFileFault(error));
  }
}

function cannotGo(path: string, why: string): RequestError {
  return refuse(`@${path} cannot go along: ${why}`, 'name another file, or leave the @ out');
}
