/**
 * Where an origin leads: the port that is not said, the name for the certificate, and none for an
 * address.
 */

import { describe, expect, it } from 'vitest';
import { parseOrigin } from './origin.ts';

describe('an origin', () => {
  it.each([
    [
      'http://a.example',
      {
        isSecure: false,
        hostname: 'a.example',
        port: 80,
        host: 'a.example',
        serverName: 'a.example',
      },
    ],
    [
      'https://a.example',
      {
        isSecure: true,
        hostname: 'a.example',
        port: 443,
        host: 'a.example',
        serverName: 'a.example',
      },
    ],
    [
      'https://A.example:8443',
      {
        isSecure: true,
        hostname: 'a.example',
        port: 8443,
        host: 'a.example:8443',
        serverName: 'a.example',
      },
    ],
    [
      'https://127.0.0.1:1',
      { isSecure: true, hostname: '127.0.0.1', port: 1, host: '127.0.0.1:1' },
    ],
    ['https://[::1]', { isSecure: true, hostname: '::1', port: 443, host: '[::1]' }],
    ['http://[::1]:81', { isSecure: false, hostname: '::1', port: 81, host: '[::1]:81' }],
  ])('%s', (origin, destination) => {
    expect(parseOrigin(origin)).toEqual(destination);
  });

  it('that is no URL is an error', () => {
    expect(() => parseOrigin('a.example')).toThrow(TypeError);
  });
});
