import { describe, expect, it } from 'vitest';
import { classifyException } from './classify-exception.ts';

const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code });

/** Messages as Node 24 writes them. */
const rows: readonly (readonly [code: string, message: string, told: string])[] = [
  [
    'ENOTFOUND',
    'getaddrinfo ENOTFOUND api.nowhere.test',
    'no server has the name api.nowhere.test',
  ],
  ['EAI_AGAIN', 'getaddrinfo EAI_AGAIN api.test', 'the name server did not answer for api.test'],
  ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:9', 'nothing listens at 127.0.0.1:9'],
  ['ECONNREFUSED', '', 'nothing listens at its address'],
  ['ECONNRESET', 'read ECONNRESET', 'the connection was reset'],
  [
    'EPROTO',
    'write EPROTO C0:error:0A00010B:SSL routines:ssl3_get_record:wrong version number',
    'it answers plain http, and its address says https',
  ],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    'self-signed certificate in certificate chain',
    "its certificate is signed by somebody whom Node does not know, as by a company's proxy",
  ],
  ['CERT_HAS_EXPIRED', 'certificate has expired', 'its certificate has expired'],
];

describe('what the system and OpenSSL say', () => {
  it.each(rows)('by %s, "%s", is said in words', (code, message, told) => {
    const failure = classifyException(coded(code, message), { hasHead: false });
    expect(failure.message).toBe(`${told} (${code})`);
  });

  it('stays as it is where somebody has written it for people', () => {
    const told = 'the other side closed the connection in the middle of its answer';
    const failure = classifyException(coded('ECONNRESET', told), { hasHead: true });
    expect(failure.message).toBe(`${told} (ECONNRESET)`);
  });

  it('stays as it is where nobody knows better words', () => {
    const failure = classifyException(coded('EODD', 'something odd'), { hasHead: false });
    expect(failure.message).toBe('something odd (EODD)');
  });
});
