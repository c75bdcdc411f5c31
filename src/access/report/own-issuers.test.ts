import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { fixOwnIssuers } from './own-issuers.ts';

const gone = { NODE_EXTRA_CA_CERTS: '/etc/ssl/corp/gone.pem' };

it.each([
  ['SELF_SIGNED_CERT_IN_CHAIN', gone, true],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', gone, true],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', { NODE_EXTRA_CA_CERTS: '/c/empty.pem' }, true],
  ['CERT_HAS_EXPIRED', gone, false],
  ['ECONNREFUSED', gone, false],
  [undefined, gone, false],
  ['SELF_SIGNED_CERT_IN_CHAIN', {}, false],
])('a failure %s, with the variables %j', (code, variables, isTold) => {
  const environment: Readonly<Record<string, string>> = { ...variables };
  const host = createFakeHost({ environment, files: { '/c/empty.pem': 'nothing' } });
  const told = fixOwnIssuers(host, code === undefined ? undefined : { code });
  expect(told?.startsWith('NODE_EXTRA_CA_CERTS names /') ?? false).toBe(isTold);
  if (isTold) expect(told).toMatch(/; correct it where .* is started, and start it again$/);
});

const own = { NODE_EXTRA_CA_CERTS: '/c/own.pem' };

it.each<readonly [Readonly<Record<string, string>>, string | undefined]>([
  [{ SSL_CERT_FILE: '/c/ca.pem' }, 'SSL_CERT_FILE'],
  [{ REQUESTS_CA_BUNDLE: '/c/ca.pem' }, 'REQUESTS_CA_BUNDLE'],
  [{ SSL_CERT_FILE: '/gone', CURL_CA_BUNDLE: '/c/ca.pem' }, 'CURL_CA_BUNDLE'],
  [{ SSL_CERT_FILE: '/gone' }, undefined],
  [{ SSL_CERT_FILE: '/c/ca.pem', NODE_USE_SYSTEM_CA: '1' }, undefined],
  [{ SSL_CERT_FILE: '/c/ca.pem', ...own }, 'NODE_EXTRA_CA_CERTS'],
])('what other programs trust is named where Node was given nothing: %j', (environment, name) => {
  const host = createFakeHost({ environment, files: { '/c/ca.pem': 'A' } });
  const told = fixOwnIssuers(host, { code: 'SELF_SIGNED_CERT_IN_CHAIN' });
  if (name === undefined) return expect(told).toBeUndefined();
  expect(told).toContain(name);
  if (name in own) return expect(told).toContain('which is not there');
  expect(told).toContain('set NODE_EXTRA_CA_CERTS=/c/ca.pem where the program that asks');
});
