/**
 * A gateway whose clock runs sixty times as fast, in a process of its own: it tells its address,
 * and writes its heap to the path that it is sent.
 */

import { writeHeapSnapshot } from 'node:v8';
import { startGateway } from '../../src/gateway/server.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import type { Clock } from '../../src/host.ts';
import { createRuntime } from '../../src/runtime.ts';

const speed = 60;

const real = createNodeHost();
const { clock } = real;
const begun = { now: clock.now(), monotonic: clock.monotonic() };
const fast: Clock = {
  ...clock,
  now: () => begun.now + (clock.now() - begun.now) * speed,
  monotonic: () => begun.monotonic + (clock.monotonic() - begun.monotonic) * speed,
  sleep: (ms, signal) => clock.sleep(ms / speed, signal),
  startTimer: (ms, onFire) => clock.startTimer(ms / speed, onFire),
};
const config: unknown = JSON.parse(process.env['GATEWAY_CONFIG'] ?? '{}');
if (process.send !== undefined) {
  const runtime = createRuntime({ host: { ...real, clock: fast }, config, store: 'in-place' });
  const gateway = await startGateway({ runtime, key: process.env['GATEWAY_KEY'] ?? '' });
  process.on('message', (path: string) => process.send?.(writeHeapSnapshot(path)));
  process.send(gateway.url);
}
