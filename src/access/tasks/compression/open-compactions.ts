/**
 * Opens our own compaction items in a request of `openai-responses` before it is read (step 1):
 * each becomes its summary again, which every target understands.
 */

import type { AskedBody, WireBody } from '../../../model/request.ts';
import { EditedBody } from '../../../protocols/body/edited-body.ts';
import { isRecord } from '../../../protocols/json/is-record.ts';
import { RequestBytes } from '../../../protocols/json/request-bytes.ts';
import { scanObject } from '../../../protocols/json/scan.ts';
import { summaryIntroduction } from '../../../tasks/compression/units.ts';
import { type Seal, sealMark } from './seal.ts';

/**
 * Returns the same body if there are none. Throws `RequestError` (400) for one that was not sealed
 * here.
 */
export function openCompactions(
  request: Pick<AskedBody, 'body' | 'takeBodyMemory'>,
  seal: Seal,
): WireBody {
  const bytes = new RequestBytes(request);
  if (!bytes.includes(sealMark)) return request.body;
  const opened = bytes.hold(() => writeOpened(bytes, seal));
  if (opened === undefined) return request.body;
  bytes.noteMade();
  return opened;
}

/** Returns undefined if nothing is opened: a faulty body is reported when it is read. */
function writeOpened(bytes: RequestBytes, seal: Seal): WireBody | undefined {
  const found = scanObject(bytes);
  if (found === undefined) return undefined;
  const body = new EditedBody(bytes, found.fields);
  const input = body.read('input');
  if (!Array.isArray(input)) return undefined;
  body.set(
    'input',
    input.map((item: unknown) => unsealItem(item, seal)),
  );
  return body.encode();
}

function unsealItem(item: unknown, seal: Seal): unknown {
  const sealed = sealedOf(item);
  if (sealed?.startsWith(sealMark) !== true) return item;
  const text = `${summaryIntroduction}\n\n${seal.open(sealed)}`;
  return { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
}

/** Codex once wrote `compaction_summary`. Returns undefined for any other item. */
export function sealedOf(item: unknown): string | undefined {
  if (!isRecord(item) || (item['type'] !== 'compaction' && item['type'] !== 'compaction_summary'))
    return undefined;
  const { encrypted_content: sealed } = item;
  return typeof sealed === 'string' ? sealed : undefined;
}
