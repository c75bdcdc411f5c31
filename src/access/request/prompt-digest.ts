/**
 * Stands for the prompt of a request and reveals nothing of it, so that a client's repeats of it
 * are known. Off the path of healthy requests.
 */

import { createHmac } from 'node:crypto';
import type { WireBody } from '../../model/request.ts';
import type { ReadBody } from '../../protocols/contract/protocol.ts';
import { isRecord, type WireObject } from '../../protocols/json/is-record.ts';
import { readRequest } from '../spending/estimate.ts';

/**
 * A prompt is not looked for in a body that takes longer than this to parse: its end stands for it.
 */
const maxBytes = 1_000_000;
const endBytes = 64 * 1024;

/**
 * Of the last thing that the user said; of the bytes at the end of a body that is too large, or
 * where nobody says anything.
 */
export function digestPrompt(body: ReadBody, bytes: WireBody, key: string): string {
  const request = body.byteLength > maxBytes ? undefined : readRequest(body); // a body that cannot be read was refused for that
  const said = findLastUserText(request ?? {});
  const digest = createHmac('sha256', key);
  if (said === undefined) digest.update(`${body.byteLength}\n`).update(takeEnd(bytes));
  else digest.update(said);
  return digest.digest('hex').slice(0, 16);
}

function takeEnd(bytes: WireBody): Buffer {
  const pieces = Buffer.isBuffer(bytes) ? [bytes] : bytes;
  return (pieces.at(-1) ?? Buffer.alloc(0)).subarray(-endBytes);
}

/** Where the protocols have their conversations. */
const conversations = ['messages', 'input', 'contents'] as const;

function findLastUserText(body: WireObject): string | undefined {
  const said = conversations.map((field) => body[field]).find((found) => found !== undefined);
  if (typeof said === 'string') return said;
  if (!Array.isArray(said)) return undefined;
  return said
    .filter((item) => isRecord(item) && item['role'] === 'user')
    .map(textOfPrompt)
    .findLast((text) => text !== '');
}

function textOfPrompt(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOfPrompt).join('');
  return isRecord(value)
    ? textOfPrompt(value['text'] ?? value['content'] ?? value['parts'] ?? '')
    : '';
}
