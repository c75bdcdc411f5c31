/**
 * Identifies a prompt without revealing it, so that a client's repeats are recognised. Not on the
 * path of healthy requests.
 */

import { createHmac } from 'node:crypto';
import type { WireBody } from '../../model/request.ts';
import { textOfPrompt } from '../../protocols/body/conversation-id.ts';
import type { ReadBody } from '../../protocols/contract/protocol.ts';
import { isRecord } from '../../protocols/json/is-record.ts';
import { readRequest } from '../spending/estimate.ts';

/** A larger body takes longer to parse than this is worth: its end represents the prompt. */
const maxBytes = 1_000_000;
const endBytes = 64 * 1024;

/** Digests the user's last text; for a body that is too large, or has none, its last bytes. */
export function digestPrompt(body: ReadBody, bytes: WireBody, key: string): string {
  const request = body.byteLength > maxBytes ? undefined : readRequest(body); // an invalid body was refused for that
  const said = findLastUserText(request?.[body.conversation ?? '']);
  const digest = createHmac('sha256', key);
  if (said === undefined) digest.update(`${body.byteLength}\n`).update(takeEnd(bytes));
  else digest.update(said);
  return digest.digest('hex').slice(0, 16);
}

function takeEnd(bytes: WireBody): Buffer {
  const pieces = Buffer.isBuffer(bytes) ? [bytes] : bytes;
  return (pieces.at(-1) ?? Buffer.alloc(0)).subarray(-endBytes);
}

function findLastUserText(said: unknown): string | undefined {
  if (typeof said === 'string') return said;
  if (!Array.isArray(said)) return undefined;
  return said
    .filter((item) => isRecord(item) && item['role'] === 'user')
    .map(textOfPrompt)
    .findLast((text) => text !== '');
}
