/**
 * What a request says is sent as it is; what could become a second line, header or request is not
 * sent at all.
 */

import { describe, expect, it } from 'vitest';
import type { UpstreamRequest } from '../../host.ts';
import { parseOrigin } from './origin.ts';
import { encodeRequestHead } from './write-request.ts';

function encode(change: Partial<UpstreamRequest>): string {
  const request: UpstreamRequest = {
    origin: 'http://a',
    path: '/v1/x?y=1',
    method: 'GET',
    headers: {},
  };
  return encodeRequestHead({ ...request, ...change }, { destination: parseOrigin('http://a:81') });
}

describe('the head of a request', () => {
  it.each<[string, Partial<UpstreamRequest>, string]>([
    [
      'without a body has no length',
      {},
      'GET /v1/x?y=1 HTTP/1.1\r\nhost: a:81\r\nconnection: keep-alive\r\n\r\n',
    ],
    [
      'with a body says its length in bytes, and its own headers after',
      {
        method: 'POST',
        body: Buffer.from('é'),
        headers: { accept: '*/*', 'x-name': 'caf\xe9\t!' },
      },
      'POST /v1/x?y=1 HTTP/1.1\r\nhost: a:81\r\nconnection: keep-alive\r\ncontent-length: 2\r\naccept: */*\r\nx-name: caf\xe9\t!\r\n\r\n',
    ],
    [
      'with a body in pieces says the length of all',
      { method: 'POST', body: [Buffer.alloc(3), Buffer.alloc(0), Buffer.alloc(4)] },
      'POST /v1/x?y=1 HTTP/1.1\r\nhost: a:81\r\nconnection: keep-alive\r\ncontent-length: 7\r\n\r\n',
    ],
    [
      'that posts nothing says so',
      { method: 'POST' },
      'POST /v1/x?y=1 HTTP/1.1\r\nhost: a:81\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n',
    ],
  ])('%s', (_name, change, expected) => {
    expect(encode(change)).toBe(expected);
  });

  it.each<[string, Partial<UpstreamRequest>]>([
    ['a path with a line end', { path: '/x HTTP/1.1\r\nx: y' }],
    ['a path with a space', { path: '/x y' }],
    ['a path with a NUL', { path: '/x\0' }],
    ['a path beyond latin1', { path: '/\u{1f600}' }],
    ['a path that is a URL', { path: 'http://b/x' }],
    ['an empty path', { path: '' }],
    ['a value with CRLF', { headers: { a: 'b\r\nc: d' } }],
    ['a value with LF', { headers: { a: 'b\nc: d' } }],
    ['a value with CR', { headers: { a: 'b\rc' } }],
    ['a value with NUL', { headers: { a: 'b\0' } }],
    [
      'a value beyond latin1, which would lose its upper half',
      { headers: { a: 'b\u010d\u010ac: d' } },
    ],
    ['a name with a line end', { headers: { 'a: b\r\nc': 'd' } }],
    ['a name with a colon', { headers: { 'a:': 'd' } }],
    ['an empty name', { headers: { '': 'd' } }],
    ['a name in upper case', { headers: { Accept: 'd' } }],
    ['a host of its own', { headers: { host: 'b' } }],
    ['a length of its own', { headers: { 'content-length': '3' } }],
    ['a coding of its own', { headers: { 'transfer-encoding': 'chunked' } }],
    ['words for a proxy', { headers: { 'proxy-authorization': 'Basic QQ==' } }],
    ['a connection of its own', { headers: { connection: 'close' } }],
  ])('is refused with %s', (_name, change) => {
    expect(() => encode(change)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_CHAR' }));
  });

  it.each([
    [{ isTunnel: true, authorization: 'Basic QQ==' }, 'GET /v1/x?y=1 HTTP/1.1\r\nhost: a:81\r\n'],
    [{ isTunnel: false }, 'GET http://a:81/v1/x?y=1 HTTP/1.1\r\nhost: a:81\r\n'],
    [
      { isTunnel: false, authorization: 'Basic QQ==' },
      'GET http://a:81/v1/x?y=1 HTTP/1.1\r\nhost: a:81\r\nproxy-authorization: Basic QQ==\r\n',
    ],
  ])(
    'tells a proxy that reads it where it goes and who asks, and nobody else: %o',
    (kind, expected) => {
      const request: UpstreamRequest = {
        origin: 'http://a:81',
        path: '/v1/x?y=1',
        method: 'GET',
        headers: {},
      };
      const destination = parseOrigin('http://a:81');
      const head = encodeRequestHead(request, { destination, proxy: { destination, ...kind } });
      expect(head.replace('connection: keep-alive\r\n', '')).toBe(`${expected}\r\n`);
    },
  );

  it('quotes no value that it refuses: it may be a secret', () => {
    expect(() => encode({ headers: { authorization: 'Bearer word\n' } })).toThrow(
      'the value of the header "authorization" has a character that cannot be sent',
    );
  });
});
