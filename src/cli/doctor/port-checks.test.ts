import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { lookAtPort } from './port-checks.ts';

const { signal } = new AbortController();
const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const place = { address: '127.0.0.1', port: 4653 };

it('a port that somebody else has is told with the next one', async () => {
  const host = createFakeHost();
  host.upstream.enqueue({ status: 404 }, { error: refused });
  const [taken] = await lookAtPort(host, place, signal);
  expect(taken?.what).toMatch(/^127\.0\.0\.1:4653, where the gateway would listen, is taken by /);
  expect(taken?.fix?.command).toBe('holdfast config set gateway.port 4654');
  expect(await lookAtPort(host, place, signal)).toEqual([]);
});

it('an address of another machine is told as that, and not as taken by who answers there', async () => {
  const host = createFakeHost();
  const [foreign] = await lookAtPort(host, { ...place, address: '192.0.2.7' }, signal);
  expect(foreign?.what).toBe(
    'the gateway cannot listen on 192.0.2.7:4653: this machine does not have that address',
  );
});
