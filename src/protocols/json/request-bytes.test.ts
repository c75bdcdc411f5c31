/** A body in pieces is the same body: whatever is read of it, and whatever goes on from it. */

import { describe, expect, it } from 'vitest';
import { targetOf } from '../../../test/translation/sides.ts';
import { openaiChat } from '../openai-chat/protocol.ts';
import { RequestBytes } from './request-bytes.ts';

const text =
  '{"messages":[{"role":"user","content":"schön 🎉"}],"model":"main","stream":true,"n":2}';
const bytes = Buffer.from(text);
const cuts = Array.from({ length: bytes.length - 1 }, (_, index) => index + 1);
const cutAt = (at: number): readonly Buffer[] => [bytes.subarray(0, at), bytes.subarray(at)];

describe('RequestBytes', () => {
  it.each([
    ['in one piece', bytes],
    ['in two', cutAt(17)],
    ['byte by byte', [...bytes].map((byte) => Buffer.from([byte]))],
    ['with an empty piece', [bytes.subarray(0, 5), Buffer.alloc(0), bytes.subarray(5)]],
  ])('is read as one text, %s', (_name, body) => {
    const request = new RequestBytes({ body });
    expect(request.length).toBe(bytes.length);
    expect(request.text(0, bytes.length)).toBe(text);
    expect(request.use(String)).toBe(text);
    expect(request.text(1, 11)).toBe('"messages"');
  });

  it('counts what work on the whole holds while it goes on, and what was made of it once', () => {
    let taken = 0;
    const takeBodyMemory = (bytes: number): void => {
      taken += bytes;
    };
    const request = new RequestBytes({ body: bytes, takeBodyMemory });
    expect(request.use(() => taken)).toBe(4 * bytes.length);
    expect(() =>
      request.use(() => {
        throw new RangeError('broken');
      }),
    ).toThrow('broken');
    expect(taken).toBe(0);
    request.noteMade();
    request.noteMade();
    expect(taken).toBe(2 * bytes.length);
  });

  it('does no work where there is no room', () => {
    const takeBodyMemory = (): void => {
      throw new RangeError('no room');
    };
    const request = new RequestBytes({ body: bytes, takeBodyMemory });
    const work = (): never => {
      throw new TypeError('it was done');
    };
    expect(() => request.use(work)).toThrow('no room');
  });

  it('reads a letter that lies across a seam', () => {
    const at = bytes.indexOf('🎉');
    expect(new RequestBytes({ body: cutAt(at + 2) }).text(at, at + 4)).toBe('🎉');
  });

  it.each([1, 2, 3, 5, 40])('finds a word wherever pieces of %i bytes cut it', (length) => {
    const pieces = Array.from({ length: Math.ceil(bytes.length / length) }, (_, index) =>
      bytes.subarray(index * length, (index + 1) * length),
    );
    const request = new RequestBytes({ body: pieces });
    for (const word of ['messages', '"n":2}', '{"me', 'user'])
      expect([word, request.includes(word)]).toEqual([word, true]);
    expect(request.includes('messagesx')).toBe(false);
  });

  it('hands on any part of itself', () => {
    for (const at of cuts) {
      const request = new RequestBytes({ body: cutAt(at) });
      for (const [start, end] of [
        [0, at],
        [at, bytes.length],
        [3, 40],
        [at - 1, at + 1],
        [9, 9],
      ] as const)
        expect(Buffer.concat(request.slice(start, end))).toEqual(bytes.subarray(start, end));
    }
  });
});

describe('a body in pieces', () => {
  it('reads, and is written for a target, as it is in one', () => {
    const whole = openaiChat.readBody({ body: bytes }, 'generate');
    const target = targetOf('openai-chat', { model: 'other' });
    for (const at of cuts) {
      const read = openaiChat.readBody({ body: cutAt(at) }, 'generate');
      expect([read.model, read.stream, read.choices]).toEqual(['main', true, 2]);
      expect(joined(read.encodeFor(target))).toBe(joined(whole.encodeFor(target)));
    }
  });

  it('says the same as a parser of what stands there twice: the last', () => {
    const twice =
      '{"model":"a","n":1,"reasoning_effort":"high","reasoning_effort":"none","messages":[],"n":3}';
    const read = openaiChat.readBody({ body: Buffer.from(twice) }, 'generate');
    expect([read.choices, read.asksReasoning]).toEqual([3, false]);
  });

  it('goes on in pieces where it is long, and nothing of it is copied', () => {
    const long = Buffer.from(
      JSON.stringify({ messages: ['x'.repeat(90_000)], model: 'main', user: 'y' }),
    );
    const pieces = [long.subarray(0, 60_000), long.subarray(60_000)];
    const written = openaiChat
      .readBody({ body: pieces }, 'generate')
      .encodeFor(targetOf('openai-chat', { model: 'other' }));
    expect(joined(written)).toBe(long.toString().replace('"main"', '"other"'));
    const [first] = Buffer.isBuffer(written) ? [] : written;
    expect(first?.buffer).toBe(long.buffer);
  });
});

function joined(body: Buffer | readonly Buffer[]): string {
  return (Buffer.isBuffer(body) ? body : Buffer.concat(body)).toString();
}
