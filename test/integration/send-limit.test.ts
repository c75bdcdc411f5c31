/**
 * A caller who stops reading for good holds his provider's connection and his place for a while,
 * and no longer.
 */

import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { countBytes, openAnswer, Torrent } from './torrent.ts';

const megabyte = 1024 * 1024;
const key = `hf_test_${'l'.repeat(24)}`;
const limitSeconds = 1;

let torrent: Torrent;
let runtime: Runtime;
let gateway: Gateway;
beforeEach(async () => {
  torrent = new Torrent(48 * megabyte);
  runtime = createRuntime({
    config: {
      main: 'one/m',
      providers: {
        one: { base_url: await torrent.listen(), protocol: 'openai-chat', auth: 'none' },
      },
      auxiliary: { monitor: { provider: 'one', model: 'm', max_concurrency: 1, timeout: 60 } },
      gateway: { port: 0, send_timeout: limitSeconds, max_inflight_bytes: 16 * megabyte },
    },
  });
  gateway = await startGateway({ runtime, key });
});
afterEach(async () => {
  gateway.abort();
  await gateway.close();
  await runtime.close();
  await torrent.close();
});

describe('a caller who takes nothing of his answer any more', () => {
  it('is hung up on: the provider is let go, his place is free, and the record says who ended it', async () => {
    const stuck = await openAnswer(gateway.url, key, { model: 'monitor', stream: true });
    const end = endOf(stuck);
    const next = openAnswer(gateway.url, key, { model: 'monitor', stream: true });
    await vi.waitFor(() => expect(torrent.hungUp).toBe(1), { timeout: 20_000 });
    expect(await countBytes(await next)).toBe(torrent.length);
    stuck.resume();
    expect(await end).toBe('broken');
    await vi.waitFor(() => expect(gateway.inflight()).toBe(0));
    expect(runtime.records().map(({ outcome, notes }) => [outcome, notes])).toEqual([
      ['client-gone', ['the caller read nothing of the answer for 1 s (gateway.send_timeout)']],
      ['answered', []],
    ]);
  });

  it('is hung up on where the answer is whole and waits for him alone', async () => {
    const stuck = await openAnswer(gateway.url, key, {});
    const end = endOf(stuck);
    await vi.waitFor(() => expect(gateway.inflight()).toBe(0), { timeout: 20_000 });
    stuck.resume();
    expect(await end).toBe('broken');
  });
});

describe('whole answers that wait for their callers', () => {
  it('count among the bytes that the gateway holds, until they are sent or given up', async () => {
    const stuck = await openAnswer(gateway.url, key, {});
    const end = endOf(stuck);
    const refused = await openAnswer(gateway.url, key, {});
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '1']);
    refused.resume();
    await vi.waitFor(() => expect(gateway.inflight()).toBe(0), { timeout: 20_000 });
    for (const _ of ['one', 'other']) {
      const next = await openAnswer(gateway.url, key, {});
      expect([next.statusCode, await countBytes(next)]).toEqual([200, expect.any(Number)]);
    }
    stuck.resume();
    expect(await end).toBe('broken');
  });
});

describe('a caller who reads slowly, but reads', () => {
  it.each([
    ['a stream', { stream: true }],
    ['a whole answer, which is one write', {}],
  ])('gets all of %s', { timeout: 60_000 }, async (_name, asked) => {
    const answer = await openAnswer(gateway.url, key, asked);
    const startedAt = performance.now();
    const bytes = await sip(answer);
    expect(bytes).toBeGreaterThanOrEqual(torrent.length);
    expect(performance.now() - startedAt).toBeGreaterThan(2 * limitSeconds * 1000);
  });
});

function endOf(answer: IncomingMessage): Promise<'whole' | 'broken'> {
  return new Promise((resolve) => {
    answer.on('end', () => resolve('whole'));
    answer.on('error', () => resolve('broken'));
  });
}

/** A megabyte at a time, twenty times a second. */
async function sip(answer: IncomingMessage): Promise<number> {
  let bytes = 0;
  let sinceRest = 0;
  for await (const chunk of answer) {
    bytes += chunk.length;
    sinceRest += chunk.length;
    if (sinceRest < megabyte) continue;
    sinceRest = 0;
    await sleep(50);
  }
  return bytes;
}
