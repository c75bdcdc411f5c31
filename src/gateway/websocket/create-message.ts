/** Reads a `response.create` of a client, and makes a body for `POST /v1/responses` of it. */

import { RequestError } from '../../errors.ts';
import { EditedBody } from '../../protocols/body/edited-body.ts';
import { RequestBytes } from '../../protocols/json/request-bytes.ts';
import { scanObject } from '../../protocols/json/scan.ts';

export interface CreateMessage {
  /** Is repeated in each event of the answer. Default: no lane. */
  readonly lane: string | undefined;
  readonly model: unknown;
  /** False warms up: the input is taken, and no answer is made. */
  readonly isGenerated: boolean;
  readonly previousId: string | undefined;
  /** False forbids the provider to keep the response. */
  readonly isStored: boolean;
  /** Its new items, each one or several in JSON with commas between; empty if it has none. */
  readonly input: Buffer;
  /** Returns the body: all of it, or with these items before its own, and without an id. */
  encode(before?: readonly Buffer[]): readonly Buffer[];
}

const createType = 'response.create';
/** Codex says so of an answer that it has read. */
const processedType = 'response.processed';

const laneForm = /^[\w.-]{1,256}$/;

const comma = Buffer.from(',');

/**
 * Returns undefined for a message that wants no answer. Throws `RequestError` for one that cannot
 * be read; what else is wrong with the request is said where every body is read.
 */
export function parseCreate(message: Buffer): CreateMessage | undefined {
  const bytes = new RequestBytes({ body: message });
  const found = scanObject(bytes);
  if (found === undefined) throw unreadable('the message is not a JSON object');
  const body = new EditedBody(bytes, found.fields);
  const type = body.read('type');
  if (type === processedType) return undefined;
  if (type !== createType) throw unreadable(`the message has another "type" than ${createType}`);
  const lane = body.read('stream_id') ?? undefined;
  if (lane !== undefined && !(typeof lane === 'string' && laneForm.test(lane)))
    throw unreadable('"stream_id" is not 1 to 256 letters, digits, and signs among _ - .');
  const previous = body.read('previous_response_id');
  const isGenerated = body.read('generate') !== false;
  for (const field of ['type', 'stream_id', 'generate']) body.drop(field);
  body.set('stream', true);
  const place = found.fields.get('input');
  const input = place === undefined ? Buffer.alloc(0) : itemsOf(bytes.join(place.start, place.end));
  return {
    lane,
    model: body.read('model'),
    isGenerated,
    previousId: typeof previous === 'string' ? previous : undefined,
    isStored: body.read('store') !== false,
    input,
    encode: (before) => {
      if (before === undefined) return [body.encode()].flat();
      body.drop('previous_response_id');
      body.drop('input');
      const [...pieces] = [body.encode()].flat();
      const last = pieces.pop() ?? Buffer.alloc(0);
      const items = joinItems([...before, input]);
      return [
        ...pieces,
        last.subarray(0, -1),
        Buffer.from(',"input":['),
        ...items,
        Buffer.from(']}'),
      ];
    },
  };
}

/** Puts commas between lists of items; an empty one is left out. */
function joinItems(lists: readonly Buffer[]): readonly Buffer[] {
  return lists
    .filter(({ length }) => length > 0)
    .flatMap((list, index) => (index === 0 ? [list] : [comma, list]));
}

/** A list without its brackets; a text is the user's message. */
function itemsOf(input: Buffer): Buffer {
  const text = input.toString('latin1').trim();
  if (text.startsWith('[')) return Buffer.from(text.slice(1, -1).trim(), 'latin1');
  if (!text.startsWith('"')) return Buffer.from(text, 'latin1');
  return Buffer.from(`{"type":"message","role":"user","content":${text}}`, 'latin1');
}

function unreadable(what: string): RequestError {
  return new RequestError('request-invalid', what, {
    fix: 'send {"type": "response.create", …} with the fields of POST /v1/responses',
  });
}
