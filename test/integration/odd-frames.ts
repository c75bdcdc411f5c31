/** What a broken client may send over a WebSocket, as arbitraries, and what it hears. */

import { connect } from 'node:net';
import fc from 'fast-check';

const create = { type: 'response.create', model: 'main', generate: false, input: 'hello' };

/** Messages that are nearly right; none of them asks a model. */
const payloads = [
  JSON.stringify(create),
  JSON.stringify({ ...create, stream_id: 'lane', previous_response_id: 'resp_1', store: false }),
  JSON.stringify({ ...create, generate: true, model: 'nobody/knows' }),
  JSON.stringify({ ...create, type: 'response.processed' }),
  '{"type":"response.create","generate":false,"input":[{"role":"user","content":"ä😀"}]}',
  '{"type":"response.create","input":[',
  '[]',
  'null',
  '',
  '\u0003\u00e8',
].map((text) => Buffer.from(text));

const payload = fc.oneof(
  fc.constantFrom(...payloads),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);

const head = fc.record({
  opcode: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 0, max: 15 })),
  isLast: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.boolean()),
  reserved: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 7 })),
  isMasked: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.boolean()),
  /** What the length says beside the truth. */
  error: fc.oneof(
    { weight: 9, arbitrary: fc.constant(0) },
    fc.constantFrom(-1, 1, 300, 70_000, 2 ** 27, 2 ** 40),
  ),
});

/** Bytes of a frame, of which some may be others. */
const oddFrame = fc
  .record({
    head,
    payload,
    flips: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { maxLength: 4 }),
    ),
    kept: fc.oneof(
      { weight: 9, arbitrary: fc.constant(1) },
      fc.double({ min: 0, max: 1, noNaN: true }),
    ),
  })
  .map(({ flips, kept, ...frame }) => {
    const bytes = encodeFrame(frame);
    for (const [at, mask] of flips) {
      const place = at % bytes.length;
      bytes[place] = (bytes[place] ?? 0) ^ mask;
    }
    return bytes.subarray(0, Math.ceil(bytes.length * kept));
  });

/** As many as a connection may get. */
export const oddFrames = fc.array(oddFrame, { minLength: 10, maxLength: 10 });

interface Frame {
  readonly head: {
    readonly opcode: number;
    readonly isLast: boolean;
    readonly reserved: number;
    readonly isMasked: boolean;
    readonly error: number;
  };
  readonly payload: Buffer;
}

/** RFC 6455 § 5.2. */
export function encodeFrame({ head, payload }: Frame): Buffer {
  const { opcode, isLast, reserved, isMasked, error } = head;
  const length = Math.max(0, payload.length + error);
  const first = (isLast ? 0x80 : 0) | (reserved << 4) | opcode;
  const masked = isMasked ? 0x80 : 0;
  let start = Buffer.from([first, masked | length]);
  if (length > 125) {
    const isShort = length < 65_536;
    start = Buffer.alloc(isShort ? 4 : 10);
    start[0] = first;
    start[1] = masked | (isShort ? 126 : 127);
    if (isShort) start.writeUInt16BE(length, 2);
    else start.writeBigUInt64BE(BigInt(length), 2);
  }
  if (!isMasked) return Buffer.concat([start, payload]);
  const mask = Buffer.from([1, 2, 3, 4]);
  const hidden = payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0));
  return Buffer.concat([start, mask, hidden]);
}

export interface Heard {
  readonly status: string;
  /** Types of the messages. */
  readonly types: readonly string[];
  /** Codes with which the server closed; at most one. */
  readonly codes: readonly number[];
}

/** Opens a WebSocket, sends the bytes and no more, and hears all until the server ends. */
export function sendFrames(port: number, key: string, frames: readonly Buffer[]): Promise<Heard> {
  const { promise, resolve, reject } = Promise.withResolvers<Heard>();
  const chunks: Buffer[] = [];
  const socket = connect(port, '127.0.0.1');
  socket.write(
    `GET /v1/responses HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${key}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
  );
  socket.once('data', () => socket.end(Buffer.concat(frames)));
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.on('close', () => {
    try {
      resolve(decode(Buffer.concat(chunks)));
    } catch (error) {
      reject(error);
    }
  });
  return promise;
}

/** Throws for bytes of the server that are no frames, or messages that are no JSON. */
function decode(bytes: Buffer): Heard {
  const end = bytes.indexOf('\r\n\r\n') + 4;
  const types: string[] = [];
  const codes: number[] = [];
  let at = end;
  while (at < bytes.length) {
    const opcode = bytes.readUInt8(at) & 15;
    let length = bytes.readUInt8(at + 1);
    at += 2;
    if (length === 126) {
      length = bytes.readUInt16BE(at);
      at += 2;
    } else if (length === 127) {
      length = Number(bytes.readBigUInt64BE(at));
      at += 8;
    }
    const content = bytes.subarray(at, at + length);
    if (content.length < length) throw new Error('the server ended within a frame');
    if (opcode === 1) types.push(JSON.parse(content.toString()).type);
    if (opcode === 8) codes.push(length === 0 ? 1005 : content.readUInt16BE(0));
    at += length;
  }
  return { status: bytes.subarray(0, bytes.indexOf('\r\n')).toString(), types, codes };
}
