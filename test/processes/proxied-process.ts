/**
 * A process that asks a provider over TLS through the proxy of its environment: twice on one
 * connection, then on a fresh one. Argument: the provider's port. Tells what it heard. The proxy is
 * chosen as for a provider elsewhere, since loopback gets none.
 */

import { createNodeHost } from '../../src/host/node-host.ts';
import { readProxies } from '../../src/host/proxies.ts';
import { Upstream } from '../../src/host/upstream.ts';
import { ask } from '../contracts/dispatch/listener.ts';

const { clock, environment } = createNodeHost();
const choose = readProxies(environment);
const { dispatch } = new Upstream(clock, (destination) =>
  choose({ ...destination, hostname: 'provider.test' }),
);
const origin = `https://localhost:${process.argv[2]}`;
const heard: unknown[] = [];
for (const freshConnection of [false, false, true]) {
  const { status, text, error } = await ask(dispatch, { origin, freshConnection }).heard.over;
  heard.push(error === undefined ? { status, text } : error.message);
}
process.send?.(heard);
process.disconnect();
