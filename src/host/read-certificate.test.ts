/**
 * What the real host reads of certificates, by a real handshake: whom they are signed by, when they
 * end, what is wrong.
 */

import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { makeAuthority, makeSelfSigned } from '../../test/fakes/self-signed.ts';
import { createNodeHost } from './node-host.ts';

const hourMs = 3_600_000;

it.each([
  ['of an authority that nobody knows', makeAuthority('Corp Proxy').sign('one.test'), 'Corp Proxy'],
  ['that has ended, and is its own', makeSelfSigned('two.test', Date.now() - hourMs), 'two.test'],
])('a certificate %s is read, and nothing is asked', async (_name, certificate, issuer) => {
  let asked = 0;
  const server = createServer(certificate, () => {
    asked += 1;
  });
  const port = await listen(server);
  const host = createNodeHost({});
  const reading = await host.readCertificate(`https://127.0.0.1:${port}`);
  await host.close();
  server.close();
  expect(reading).toMatchObject({
    issuer,
    fault: expect.stringMatching(/^(UNABLE_TO_|DEPTH_ZERO_|CERT_)/),
  });
  expect(reading.isTrustedBySystem).toBeUndefined();
  expect(reading.endsAt > Date.now()).toBe(issuer === 'Corp Proxy');
  expect(asked).toBe(0);
});

it('where nobody listens there is none', async () => {
  const host = createNodeHost({});
  await expect(host.readCertificate('https://127.0.0.1:9')).rejects.toThrow('ECONNREFUSED');
  await host.close();
});

async function listen(server: Server): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  return isAddress(address) ? address.port : 0;
}

function isAddress(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}
