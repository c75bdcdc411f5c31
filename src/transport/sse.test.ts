/**
 * The splitter keeps every byte and finds the same events at every cut, for all three line ends.
 */

import { describe, expect, it, vi } from 'vitest';
import { type SseFrame, SseSplitter } from './sse.ts';

const streams = {
  'line feeds': 'data: {"a":1}\n\n: comment\n\nevent: x\ndata: one\ndata: two\n\ndata: [DONE]\n\n',
  'carriage return and line feed':
    'data: {"a":1}\r\n\r\n: comment\r\n\r\ndata: one\r\ndata: two\r\n\r\n',
  'a byte order mark': '\uFEFFdata: {"a":1}\n\ndata: two\n\n',
  'multi-byte text': 'data: {"t":"schön 🎉"}\n\ndata: ende\n\n',
};

describe('SseSplitter', () => {
  it.each(Object.entries(streams))('gives equal events at every cut: %s', (_name, text) => {
    const bytes = Buffer.from(text);
    const whole = split([bytes]);
    expect(Buffer.concat(whole.map(({ raw }) => raw)).toString()).toBe(text.replace('\uFEFF', ''));
    expect(whole[0]?.data).toBeDefined();
    for (let cut = 1; cut < bytes.length; cut++) {
      expect(dataOf(split([bytes.subarray(0, cut), bytes.subarray(cut)]))).toEqual(dataOf(whole));
    }
    const single = [...bytes].map((byte) => Buffer.from([byte]));
    expect(dataOf(split(single))).toEqual(dataOf(whole));
  });

  it('joins data lines and leaves comments without data', () => {
    expect(dataOf(split([Buffer.from(streams['line feeds'])]))).toEqual([
      '{"a":1}',
      undefined,
      'one\ntwo',
      '[DONE]',
    ]);
  });

  it('puts a line that comes in many pieces together once', () => {
    const line = `data: ${'x'.repeat(100_000)}`;
    const pieces = line.match(/.{1,7}/gs) ?? [];
    const splitter = new SseSplitter();
    for (const piece of pieces) expect(splitter.push(Buffer.from(piece))).toEqual([]);
    const [frame, ...more] = splitter.push(Buffer.from('\n\ndata: next\n\n'));
    expect(frame?.raw.toString()).toBe(`${line}\n\n`);
    expect(dataOf(more)).toEqual(['next']);
  });

  it.each(['\n', '\r\n', '\r'])(
    'looks at every byte of an event of many short lines once: %j',
    (lineEnd) => {
      const copied = vi.spyOn(Buffer.prototype, 'copy');
      const joined = vi.spyOn(Buffer, 'concat');
      const splitter = new SseSplitter();
      const line = Buffer.from(`data: ${lineEnd}`);
      const lines = 20_000;
      for (let index = 0; index < lines; index++) expect(splitter.push(line).length).toBe(0);
      const copies = [copied.mock.calls.length, joined.mock.calls.length];
      copied.mockRestore();
      joined.mockRestore();
      // One for each chunk, and one each time the room has doubled.
      expect(copies).toEqual([expect.toSatisfy((count: number) => count < lines + 30), 0]);
      const [frame, ...more] = splitter.push(Buffer.from(`${lineEnd}data: next\n\n`));
      expect(frame?.raw.length).toBe(lines * line.length + lineEnd.length);
      expect(frame?.data).toBe('\n'.repeat(lines - 1));
      expect(dataOf(more)).toEqual(['next']);
    },
  );

  it('finds the same events at every pair of cuts, whatever ends the lines', () => {
    const bytes = Buffer.from(
      '\uFEFFdata: a\r\n\r\ndata: b\r\r: c\n\ndata: d\ndata: e\r\n\n\n\r\rdata: f\n\r\n',
    );
    const whole = split([bytes]).map(({ data, raw }) => [data, raw.toString()]);
    for (let first = 1; first < bytes.length; first++) {
      for (let second = first; second < bytes.length; second++) {
        const frames = split([
          bytes.subarray(0, first),
          bytes.subarray(first, second),
          bytes.subarray(second),
        ]);
        expect(frames.map(({ data, raw }) => [data, raw.toString()])).toEqual(whole);
      }
    }
  });

  it('says how much of an event has come', () => {
    const splitter = new SseSplitter();
    for (const piece of ['data: x\n\n: y', 'z\n']) splitter.push(Buffer.from(piece));
    expect(splitter.unfinishedBytes).toBe(5);
    splitter.push(Buffer.from('\n'));
    expect(splitter.unfinishedBytes).toBe(0);
  });

  it('hands out an event that ended in bare carriage returns as soon as it is clear that no line feed follows', () => {
    const splitter = new SseSplitter();
    expect(splitter.push(Buffer.from('data: x\r\r'))).toEqual([]);
    expect(dataOf(splitter.push(Buffer.from('data: y')))).toEqual(['x']);
  });

  it('hands out an unfinished last event only at the end', () => {
    const splitter = new SseSplitter();
    expect(splitter.push(Buffer.from('data: cut'))).toEqual([]);
    expect(splitter.end()?.data).toBe('cut');
    expect(splitter.end()).toBeUndefined();
  });

  it.each(['data: x', 'data: x\n', 'data: x\r', 'data: x\r\n'])(
    'ends an unfinished last event with a blank line, so that another may follow: %j',
    (rest) => {
      const splitter = new SseSplitter();
      splitter.push(Buffer.from(rest));
      const [whole, ...more] = split([
        splitter.end()?.raw ?? Buffer.alloc(0),
        Buffer.from('data: y\n\n'),
      ]);
      expect(whole?.data).toBe('x');
      expect(more.map(({ data }) => data)).toEqual(['y']);
    },
  );
});

function split(chunks: readonly Buffer[]): readonly SseFrame[] {
  const splitter = new SseSplitter();
  const frames = chunks.flatMap((chunk) => splitter.push(chunk));
  const last = splitter.end();
  return last === undefined ? frames : [...frames, last];
}

function dataOf(frames: readonly SseFrame[]): readonly (string | undefined)[] {
  return frames.map(({ data }) => data);
}
