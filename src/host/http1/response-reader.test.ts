/** An answer is the same however its bytes are cut. */

import { describe, expect, it } from 'vitest';
import { type Reading, readAnswer } from '../../../test/fakes/read-answer.ts';
import { ResponseReader } from './response-reader.ts';

const ok = 'HTTP/1.1 200 OK\r\n';
const chunked = 'transfer-encoding: chunked\r\n\r\n';
const kept = { idleMs: 30_000, outcome: 'end', hasSurplus: false };
const closed = { idleMs: 0, outcome: 'end', hasSurplus: false };
const withChunks = { status: 200, headers: { 'transfer-encoding': 'chunked' } };

/** Name, what comes, what is read. */
const answers: readonly (readonly [string, string, Reading])[] = [
  [
    'a body of known length',
    `${ok}Content-Type: text/plain\r\nContent-Length:  5 \t\r\n\r\nhello`,
    {
      status: 200,
      headers: { 'content-type': 'text/plain', 'content-length': '5' },
      body: 'hello',
      ...kept,
    },
  ],
  [
    'an empty body, and a status without words',
    'HTTP/1.1 404\r\ncontent-length: 0\r\n\r\n',
    { status: 404, headers: { 'content-length': '0' }, body: '', ...kept },
  ],
  [
    'headers that are repeated, empty, named like parts of objects, or not ASCII',
    `${ok}a: 1\r\nA: 2\r\nset-cookie: x=y\r\nset-cookie: z\r\nempty:\r\nconstructor: c\r\nname: \xe9\r\ncontent-length: 0\r\n\r\n`,
    {
      status: 200,
      headers: {
        a: '1, 2',
        'set-cookie': 'x=y, z',
        empty: '',
        constructor: 'c',
        name: '\xe9',
        'content-length': '0',
      },
      body: '',
      ...kept,
    },
  ],
  [
    'a length that is said twice',
    `${ok}content-length: 2\r\ncontent-length: 2\r\n\r\nok`,
    { status: 200, headers: { 'content-length': '2, 2' }, body: 'ok', ...kept },
  ],
  [
    'interim answers before the answer',
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${ok}content-length: 2\r\n\r\nok`,
    { status: 200, headers: { 'content-length': '2' }, body: 'ok', ...kept },
  ],
  [
    '204, whatever its head says of a body',
    'HTTP/1.1 204 No Content\r\ncontent-length: 7\r\n\r\n',
    { status: 204, headers: { 'content-length': '7' }, body: '', ...kept },
  ],
  [
    '304, whatever its head says of a body',
    `HTTP/1.1 304 Not Modified\r\n${chunked}`,
    { status: 304, headers: { 'transfer-encoding': 'chunked' }, body: '', ...kept },
  ],
  [
    'chunks',
    `${ok}${chunked}5\r\nhello\r\n00A\r\n0123456789\r\n0\r\n\r\n`,
    { ...withChunks, body: 'hello0123456789', ...kept },
  ],
  [
    'chunks with extensions and trailers',
    `${ok}${chunked}5;a=b;c="d\te"\r\nhello\r\n0;last\r\nx-checksum: 1\r\ny:\r\n\r\n`,
    { ...withChunks, body: 'hello', ...kept },
  ],
  [
    'chunks with blanks before their extensions (RFC 9112 § 7.1.1)',
    `${ok}${chunked}5 ;a=b\r\nhello\r\n0 \t; last\r\n\r\n`,
    { ...withChunks, body: 'hello', ...kept },
  ],
  [
    'data that looks like the end of chunks',
    `${ok}${chunked}9\r\n\r\n0\r\n\r\n\r\n\r\n0\r\n\r\n`,
    { ...withChunks, body: '\r\n0\r\n\r\n\r\n', ...kept },
  ],
  [
    'chunks where a length is said too: the chunks count, and nobody trusts the connection (RFC 9112 § 6.3)',
    `${ok}content-length: 3\r\n${chunked}5\r\nhello\r\n0\r\n\r\n`,
    {
      status: 200,
      headers: { 'content-length': '3', 'transfer-encoding': 'chunked' },
      body: 'hello',
      ...closed,
    },
  ],
  [
    'a body until the connection ends',
    `${ok}content-type: text/event-stream\r\n\r\ndata: x\n\n`,
    {
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      body: 'data: x\n\n',
      ...closed,
    },
  ],
  [
    'a farewell',
    `${ok}Connection: x-other, Close\r\ncontent-length: 2\r\n\r\nok`,
    {
      status: 200,
      headers: { connection: 'x-other, Close', 'content-length': '2' },
      body: 'ok',
      ...closed,
    },
  ],
  [
    'HTTP/1.0, which ends with its answer',
    'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok',
    { status: 200, headers: { 'content-length': '2' }, body: 'ok', ...closed },
  ],
  [
    'HTTP/1.0 that stays',
    'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok',
    {
      status: 200,
      headers: { connection: 'keep-alive', 'content-length': '2' },
      body: 'ok',
      ...kept,
    },
  ],
  [
    'a server that waits for five seconds: one less',
    `${ok}keep-alive: timeout=5, max=9\r\ncontent-length: 0\r\n\r\n`,
    {
      status: 200,
      headers: { 'keep-alive': 'timeout=5, max=9', 'content-length': '0' },
      body: '',
      ...kept,
      idleMs: 4000,
    },
  ],
  [
    'a server that hardly waits',
    `${ok}keep-alive: timeout=1\r\ncontent-length: 0\r\n\r\n`,
    {
      status: 200,
      headers: { 'keep-alive': 'timeout=1', 'content-length': '0' },
      body: '',
      ...closed,
    },
  ],
];

describe('an answer', () => {
  it.each(answers)('is read: %s', (_name, text, expected) => {
    expect(readAnswer([Buffer.from(text, 'latin1')], true)).toEqual(expected);
  });

  it.each(answers)('is the same cut at any byte, and byte by byte: %s', (_name, text, expected) => {
    const bytes = Buffer.from(text, 'latin1');
    for (let at = 1; at < bytes.length; at++) {
      expect(readAnswer([bytes.subarray(0, at), bytes.subarray(at)], true)).toEqual(expected);
    }
    expect(
      readAnswer(
        [...bytes].map((byte) => Buffer.from([byte])),
        true,
      ),
    ).toEqual(expected);
  });

  it.each(answers)('is not over before its last byte: %s', (_name, text) => {
    const bytes = Buffer.from(text, 'latin1');
    const isUntilClose = !/content-length|chunked|HTTP\/1.1 204/i.test(text);
    for (let length = 0; length < bytes.length; length++) {
      const { outcome } = readAnswer([bytes.subarray(0, length)], true);
      if (isUntilClose && length >= text.indexOf('\r\n\r\n') + 4) expect(outcome).toBe('end');
      else expect(outcome).toBe('ECONNRESET');
    }
  });

  it.each(answers.filter(([, , { idleMs }]) => idleMs !== 0))(
    'tells surplus from its own bytes: %s',
    (_name, text, expected) => {
      expect(readAnswer([Buffer.from(`${text}HTTP/1.1 200`, 'latin1')], false)).toEqual({
        ...expected,
        hasSurplus: true,
      });
    },
  );

  it('hands data on as parts of the read, without a copy', () => {
    const bytes = Buffer.from(`${ok}${chunked}5\r\nhello\r\n3\r\nabc\r\n`);
    const reader = new ResponseReader();
    reader.feed(bytes);
    expect([reader.next(), reader.next(), reader.data.buffer === bytes.buffer]).toEqual([
      'head',
      'data',
      true,
    ]);
    expect([reader.next(), reader.data.toString(), reader.data.buffer === bytes.buffer]).toEqual([
      'data',
      'abc',
      true,
    ]);
    expect(reader.next()).toBe('more');
  });
});
