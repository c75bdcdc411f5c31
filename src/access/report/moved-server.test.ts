/** A server that listens at another address of this machine is not to be started. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { findMoved } from './moved-server.ts';

/** A table of Linux with one socket that listens at port 8000. */
const listens = (address: string): string =>
  `  sl  local_address rem_address   st\n   0: ${address}:1F40 00000000:0000 0A 0:0 0:0 0 1000 0 555 1\n`;

it.each<readonly [string, string, string, string | undefined]>([
  ['http://127.0.0.1:8000/v1', '127.0.0.1', '0701A8C0', 'http://192.168.1.7:8000/v1'],
  ['http://localhost:8000', '::1', '0701A8C0', 'http://192.168.1.7:8000'],
  ['http://[::1]:8000/v1/', '::1', '0100007F', 'http://127.0.0.1:8000/v1'],
  ['http://gpu:8000/v1', '127.0.0.9', '0100007F', 'http://127.0.0.1:8000/v1'],
  ['http://127.0.0.1:8000/v1', '127.0.0.1', '0100007F', undefined],
  ['http://127.0.0.1:8001/v1', '127.0.0.1', '0701A8C0', undefined],
  ['http://192.168.1.9:8000/v1', '192.168.1.9', '0701A8C0', undefined],
])('%s refused at %s', (baseUrl, asked, held, url) => {
  const host = createFakeHost({ files: { '/proc/net/tcp': listens(held) } });
  const failure = {
    class: 'connect',
    code: 'ECONNREFUSED',
    message: `nothing listens at ${asked}:${new URL(baseUrl).port} (ECONNREFUSED)`,
    evidence: { rule: 'network', kind: 'exception' },
  } as const;
  const aim = { baseUrl, provider: 'local' };
  const command = findMoved(host, aim, failure)?.command;
  expect(command).toBe(
    url && `holdfast config set providers.local.base_url ${url.includes('[') ? `'${url}'` : url}`,
  );
  expect(findMoved(host, aim, { ...failure, code: 'ETIMEDOUT' })).toBeUndefined();
});
