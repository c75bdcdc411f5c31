import { describe, expect, it } from 'vitest';
import {
  describeNoAnswer,
  isSameGateway,
  readGatewayUrl,
  suggestGatewayUrl,
} from './gateway-url.ts';

describe('the address of a gateway', () => {
  it.each([
    'http://127.0.0.1:4653',
    'http://127.0.0.1:4653/',
    'http://127.0.0.1:4653/v1',
    'http://127.0.0.1:4653/v1/',
    ' http://127.0.0.1:4653 ',
    'HTTP://127.0.0.1:4653',
  ])('is read as it is meant: %j', (written) => {
    expect(readGatewayUrl(written)).toBe('http://127.0.0.1:4653');
  });

  it.each([
    ['127.0.0.1:4700', 'http://127.0.0.1:4700'],
    ['localhost:4700', 'http://localhost:4700'],
    ['localhost:4700/v1', 'http://localhost:4700'],
    [':4700', 'http://127.0.0.1:4700'],
    ['4700', 'http://127.0.0.1:4700'],
    ['//gate.local:4700', 'http://gate.local:4700'],
    ['ws://127.0.0.1:4700', 'http://127.0.0.1:4700'],
    ["'http://127.0.0.1:4700'", 'http://127.0.0.1:4700'],
    ['"http://127.0.0.1:4700"', 'http://127.0.0.1:4700'],
    ['[::1]:4700', 'http://[::1]:4700'],
    ['http://127.0.0.1:99999', 'http://127.0.0.1:4653'],
    ['gateway', 'http://127.0.0.1:4653'],
    ['', 'http://127.0.0.1:4653'],
  ])('that is invalid is answered with the one that was probably meant: %j', (written, meant) => {
    expect([readGatewayUrl(written), suggestGatewayUrl(written)]).toEqual([undefined, meant]);
  });

  it.each(['localhost', '0.0.0.0', '[::1]', '[::]', '127.0.0.1'])(
    'of this machine is one: %s',
    (host) => {
      expect(isSameGateway(`http://${host}:4653`, 'http://127.0.0.1:4653')).toBe(true);
      expect(isSameGateway(`http://${host}:4653`, 'http://127.0.0.1:4654')).toBe(false);
      expect(isSameGateway(`http://${host}.test:4653`, 'http://127.0.0.1:4653')).toBe(false);
    },
  );

  it('where nobody answers has the reason in words', () => {
    expect(['ECONNREFUSED', 'timeout', 'it does not speak HTTP'].map(describeNoAnswer)).toEqual([
      'nothing listens there (ECONNREFUSED)',
      'it does not answer in time',
      'it does not speak HTTP',
    ]);
  });
});
