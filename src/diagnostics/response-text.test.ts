/**
 * What people paste, read: heads of any kind, bare bodies, streams; and one clear error for what is
 * none of them.
 */

import { describe, expect, it } from 'vitest';
import { isStreamText } from './judge-response.ts';
import { readResponseText } from './response-text.ts';

function read(text: string, status?: number): unknown {
  return readResponseText(text, { status, isStream: isStreamText });
}

describe('readResponseText', () => {
  it.each([
    [
      'a head with CRLF and a body',
      'HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\n\r\n{"a":1}',
      { status: 429, headers: { 'retry-after': '7' }, body: '{"a":1}' },
    ],
    [
      'HTTP/2, LF only, a body of several lines',
      'HTTP/2 401 \ncontent-type: text/html\n\n<p>\n\n</p>\n',
      { status: 401, headers: { 'content-type': 'text/html' }, body: '<p>\n\n</p>\n' },
    ],
    [
      'a head without a body',
      'HTTP/1.1 503 \r\nserver: x\r\n\r\n',
      { status: 503, headers: { server: 'x' }, body: '' },
    ],
    ['a status line alone', 'HTTP/1.1 503', { status: 503, headers: {}, body: '' }],
    [
      'of several heads the last',
      'HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 402 Payment\r\nX-A: b: c\r\n\r\nno',
      { status: 402, headers: { 'x-a': 'b: c' }, body: 'no' },
    ],
    ['no headers at all', 'HTTP/1.1 500 x\n\nbody', { status: 500, headers: {}, body: 'body' }],
    [
      'a stream without a head had 200',
      'data: {}\n\n',
      { status: 200, headers: {}, body: 'data: {}\n\n' },
    ],
    [
      'a stream of comments',
      ': keep-alive\n\n',
      { status: 200, headers: {}, body: ': keep-alive\n\n' },
    ],
  ])('reads %s', (_name, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('takes the status that is given for a bare body, and for nothing at all', () => {
    expect(read('{"error":"x"}', 404)).toEqual({ status: 404, headers: {}, body: '{"error":"x"}' });
    expect(read('', 502)).toEqual({ status: 502, headers: {}, body: '' });
  });

  it.each([
    ['nothing', '', undefined, /no answer to classify/],
    ['blanks', ' \n ', undefined, /no answer to classify/],
    ['a body whose status is unknown', '{"error":"x"}', undefined, /no status line/],
    ['two statuses', 'HTTP/1.1 500 x\n\n', 429, /HTTP 500 and --status says 429/],
  ])('refuses %s', (_name, text, status, message) => {
    expect(() => read(text, status)).toThrow(message);
  });
});
