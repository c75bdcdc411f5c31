/**
 * Bytes that could be understood in two ways are no answer, and any bytes mean the same however
 * they are cut.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../test/fakes/read-answer.ts';
import { checkBeginning } from './response-head.ts';

const ok = 'HTTP/1.1 200 OK\r\n';
const chunked = 'transfer-encoding: chunked\r\n\r\n';

describe('bytes that are no answer', () => {
  it.each<[string, string, string]>([
    ['another protocol', 'SSH-2.0-OpenSSH_9\r\n', 'HPE_INVALID_CONSTANT'],
    ['another version', 'HTTP/2 200\r\n\r\n', 'HPE_INVALID_CONSTANT'],
    ['a minor version that does not exist', 'HTTP/1.7 200 OK\r\n\r\n', 'HPE_INVALID_STATUS'],
    ['an empty line first', `\r\n${ok}\r\n`, 'HPE_INVALID_CONSTANT'],
    ['a status of two digits', 'HTTP/1.1 20\r\n\r\n', 'HPE_INVALID_STATUS'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n', 'HPE_INVALID_STATUS'],
    ['a status with a zero first', 'HTTP/1.1 099 OK\r\n\r\n', 'HPE_INVALID_STATUS'],
    ['lines that end in LF', 'HTTP/1.1 200 OK\ncontent-length: 0\n\n', 'HPE_CR_EXPECTED'],
    ['one line that ends in LF', `${ok}a: b\ncontent-length: 0\r\n\r\n`, 'HPE_CR_EXPECTED'],
    ['a CR inside of a value', `${ok}a: b\rc: d\r\n\r\n`, 'HPE_INVALID_HEADER_TOKEN'],
    ['a NUL inside of a value', `${ok}a: b\0c\r\n\r\n`, 'HPE_INVALID_HEADER_TOKEN'],
    ['a DEL inside of a value', `${ok}a: b\x7fc\r\n\r\n`, 'HPE_INVALID_HEADER_TOKEN'],
    ['a line that goes on in the next', `${ok}a: b\r\n c\r\n\r\n`, 'HPE_INVALID_HEADER_TOKEN'],
    [
      'a space before the colon',
      `${ok}content-length : 5\r\n\r\nhello`,
      'HPE_INVALID_HEADER_TOKEN',
    ],
    ['a space before the name', `${ok} content-length: 5\r\n\r\nhello`, 'HPE_INVALID_HEADER_TOKEN'],
    ['a line without a colon', `${ok}no colon here\r\na: b\r\n\r\n`, 'HPE_INVALID_HEADER_TOKEN'],
    ['a header without a name', `${ok}: x\r\n\r\n`, 'HPE_INVALID_HEADER_TOKEN'],
    ['a name that is not ASCII', `${ok}n\xe4me: x\r\n\r\n`, 'HPE_INVALID_HEADER_TOKEN'],
    ['a head without an end', `${ok}${'a: b\r\n'.repeat(3000)}`, 'HPE_HEADER_OVERFLOW'],
    ['a head that is too long', `${ok}a: ${'b'.repeat(17_000)}\r\n\r\n`, 'HPE_HEADER_OVERFLOW'],
    [
      'a change of protocol',
      'HTTP/1.1 101 Switching\r\nupgrade: h2c\r\n\r\n',
      'HPE_PAUSED_UPGRADE',
    ],
    [
      'two lengths',
      `${ok}content-length: 5\r\ncontent-length: 6\r\n\r\nhello!`,
      'HPE_INVALID_CONTENT_LENGTH',
    ],
    [
      'two lengths in one line',
      `${ok}content-length: 5, 6\r\n\r\nhello!`,
      'HPE_INVALID_CONTENT_LENGTH',
    ],
    ['a negative length', `${ok}content-length: -1\r\n\r\n`, 'HPE_INVALID_CONTENT_LENGTH'],
    ['a length with a sign', `${ok}content-length: +5\r\n\r\nhello`, 'HPE_INVALID_CONTENT_LENGTH'],
    ['a hexadecimal length', `${ok}content-length: 0x5\r\n\r\nhello`, 'HPE_INVALID_CONTENT_LENGTH'],
    ['an empty length', `${ok}content-length:\r\n\r\nhello`, 'HPE_INVALID_CONTENT_LENGTH'],
    [
      'a length beyond counting',
      `${ok}content-length: ${'9'.repeat(30)}\r\n\r\n`,
      'HPE_INVALID_CONTENT_LENGTH',
    ],
    [
      'another coding',
      `${ok}transfer-encoding: gzip\r\n\r\nhello`,
      'HPE_INVALID_TRANSFER_ENCODING',
    ],
    [
      'another coding last',
      `${ok}transfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n`,
      'HPE_INVALID_TRANSFER_ENCODING',
    ],
    [
      'another coding first',
      `${ok}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
      'HPE_INVALID_TRANSFER_ENCODING',
    ],
    [
      'chunked twice',
      `${ok}transfer-encoding: chunked\r\n${chunked}0\r\n\r\n`,
      'HPE_INVALID_TRANSFER_ENCODING',
    ],
    [
      'something like chunked',
      `${ok}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`,
      'HPE_INVALID_TRANSFER_ENCODING',
    ],
    ['a chunk without a size', `${ok}${chunked}\r\nhello\r\n`, 'HPE_INVALID_CHUNK_SIZE'],
    ['a size that is no number', `${ok}${chunked}zz\r\nhello\r\n`, 'HPE_INVALID_CHUNK_SIZE'],
    ['a size with a sign', `${ok}${chunked}-5\r\nhello\r\n`, 'HPE_INVALID_CHUNK_SIZE'],
    ['a size with 0x', `${ok}${chunked}0x5\r\nhello\r\n`, 'HPE_INVALID_CHUNK_SIZE'],
    ['a size with a space after it', `${ok}${chunked}5 \r\nhello\r\n`, 'HPE_INVALID_CHUNK_SIZE'],
    ['a size with a space before it', `${ok}${chunked} 5\r\nhello\r\n`, 'HPE_INVALID_CHUNK_SIZE'],
    [
      'a size beyond counting',
      `${ok}${chunked}${'f'.repeat(17)}\r\nhello\r\n`,
      'HPE_INVALID_CHUNK_SIZE',
    ],
    ['a size that ends in LF', `${ok}${chunked}5\nhello\r\n`, 'HPE_INVALID_CHUNK_SIZE'],
    ['a size that ends in CR alone', `${ok}${chunked}5\rhello\r\n`, 'HPE_LF_EXPECTED'],
    ['an extension with a LF', `${ok}${chunked}5;a\nb\r\nhello\r\n`, 'HPE_INVALID_CHUNK_SIZE'],
    [
      'a blank and a LF before an extension',
      `${ok}${chunked}5 \n;a\r\nhello\r\n`,
      'HPE_INVALID_CHUNK_SIZE',
    ],
    [
      'an extension without an end',
      `${ok}${chunked}5;${'a'.repeat(17_000)}`,
      'HPE_HEADER_OVERFLOW',
    ],
    ['more data than the size says', `${ok}${chunked}3\r\nhello\r\n`, 'HPE_LF_EXPECTED'],
    ['less data than the size says', `${ok}${chunked}6\r\nhello\r\n0\r\n\r\n`, 'HPE_LF_EXPECTED'],
    ['data that ends in LF', `${ok}${chunked}5\r\nhello\n0\r\n\r\n`, 'HPE_LF_EXPECTED'],
    ['a trailer without a name', `${ok}${chunked}0\r\n: x\r\n\r\n`, 'HPE_INVALID_HEADER_TOKEN'],
    [
      'a trailer that goes on in the next line',
      `${ok}${chunked}0\r\na: b\r\n c\r\n\r\n`,
      'HPE_INVALID_HEADER_TOKEN',
    ],
    [
      'a trailer without a colon',
      `${ok}${chunked}0\r\nHTTP/1.1 200 OK\r\n\r\n`,
      'HPE_INVALID_HEADER_TOKEN',
    ],
    [
      'trailers without an end',
      `${ok}${chunked}0\r\n${'a: b\r\n'.repeat(5000)}`,
      'HPE_HEADER_OVERFLOW',
    ],
    ['a trailer with a NUL', `${ok}${chunked}0\r\na: \0\r\n\r\n`, 'HPE_INVALID_HEADER_TOKEN'],
  ])('are refused, cut anywhere or not: %s', (_name, text, code) => {
    const bytes = Buffer.from(text, 'latin1');
    expect(readAnswer([bytes], true).outcome).toBe(code);
    const stride = Math.max(1, Math.floor(bytes.length / 200));
    for (let at = 1; at < bytes.length; at += stride) {
      expect(readAnswer([bytes.subarray(0, at), bytes.subarray(at)], true).outcome).toBe(code);
    }
  });

  it.each([
    '',
    'HT',
    ok,
    `${ok}a: b`,
    `${ok}content-length: 5\r\n\r\nhell`,
    `${ok}${chunked}5\r\nhello\r\n0\r\n`,
  ])('say so when they end too early: %j', (text) =>
    expect(readAnswer([Buffer.from(text)], true).outcome).toBe('ECONNRESET'),
  );
});

describe('any bytes', () => {
  const pieces = fc.constantFrom(
    ...[
      ok,
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.0 200 OK\r\n',
      'content-length: 5\r\n',
      'transfer-encoding: chunked\r\n',
    ],
    ...[
      'connection: close\r\n',
      'a: b\r\n',
      '\r\n',
      '5\r\nhello\r\n',
      '0\r\n\r\n',
      '3;x\r\nabc\r\n',
      'hello',
      '\n',
      '\r',
      '\0',
      ' ',
    ],
  );
  const bytes = fc
    .array(
      fc.oneof(
        { weight: 8, arbitrary: pieces },
        { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
      ),
      { maxLength: 12 },
    )
    .map((parts) => Buffer.from(parts.join(''), 'latin1'));

  it('mean the same however they are cut', () => {
    const property = fc.property(bytes, fc.array(fc.nat(200), { maxLength: 6 }), (whole, cuts) => {
      const places = [
        ...new Set([0, ...cuts.map((cut) => Math.min(cut, whole.length)), whole.length]),
      ].sort((a, b) => a - b);
      const parts = places.slice(1).map((end, index) => whole.subarray(places[index], end));
      const expected = readAnswer([whole], true);
      const { hasSurplus: _, ...seen } = readAnswer(parts, true);
      expect(expected).toMatchObject(seen);
    });
    fc.assert(property, { numRuns: 2000 });
  });
});

describe('another service at the port', () => {
  it.each([
    ['TLS', '\x15\x03\x01\0\x02\x02\x46'],
    ['TLS', '\x16\x03\x03\0\x40'],
    ['HTTP/2', '\0\0\x06\x04\0\0\0\0\0\0\x05\0\0\x40\0'],
    ['HTTP/2', '\0\0\0\x04\0\0\0\0\0'],
    ['SSH', 'SSH-1.99-Cisco\r\n'],
    ['a mail or FTP server', '220-mx.example ESMTP\r\n'],
    ['a mail server', '* OK IMAP4rev1 ready\r\n'],
    ['Redis', "-ERR unknown command 'POST'\r\n"],
    ['Redis', '-NOAUTH Authentication required.\r\n'],
    ['MySQL', 'J\0\0\0\n8.0.35\0'],
    ['PostgreSQL', 'E\0\0\0\x9bSFATAL\0'],
    ['VNC', 'RFB 003.008\n'],
  ])('is named: %s', (service, bytes) => {
    expect(() => checkBeginning(bytes)).toThrow(`the answer is not HTTP/1.1, it is ${service}`);
  });

  it.each(['{"choices":[]}\n', '<html>', 'hello', '\0'])('is not guessed: %j', (bytes) => {
    expect(() => checkBeginning(bytes)).toThrow(/^the answer is not HTTP\/1.1$/);
  });
});
