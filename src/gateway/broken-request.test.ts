import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { answerNoRequest } from './broken-request.ts';

const hello = Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]);

it.each<[string, string, Buffer | undefined, string | undefined]>([
  [
    'a TLS hello',
    'HPE_INVALID_METHOD',
    hello,
    'a caller spoke TLS to this port, which speaks plain http',
  ],
  ['other bytes', 'HPE_INVALID_METHOD', Buffer.from('SSH-2.0'), 'this is not an HTTP request'],
  ['a large head', 'HPE_HEADER_OVERFLOW', undefined, 'the request headers are larger than 16 kB'],
  [
    'a slow request',
    'ERR_HTTP_REQUEST_TIMEOUT',
    undefined,
    'the request did not arrive within 5 minutes',
  ],
  ['a caller that leaves', 'ECONNRESET', undefined, undefined],
])('%s is told, if there was a request at all', (_name, code, rawPacket, text) => {
  const error = Object.assign(new Error('no'), { code, rawPacket });
  expect(answerNoRequest(error, new PassThrough())?.text).toBe(text);
});
