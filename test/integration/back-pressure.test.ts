/**
 * A caller who does not read holds memory flat: what it has not taken stays with the provider.
 * Counted in bytes, not in time.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway } from '../../src/gateway/server.ts';
import { Calls } from '../../src/library/calls.ts';
import { createFetch } from '../../src/library/fetch.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { untilQuiet } from './stall-run.ts';
import { countBytes, openAnswer, Torrent } from './torrent.ts';

/**
 * What the provider would send if it could, and what may be under way: the kernel's buffers of two
 * connections, and ours.
 */
const answerBytes = 128 * 1024 * 1024;
const underWayBytes = 32 * 1024 * 1024;
/** What may lie in this process: a few chunks. */
const heldBytes = 8 * 1024 * 1024;

let torrent: Torrent;
let runtime: Runtime;
beforeAll(async () => {
  torrent = new Torrent(answerBytes);
  runtime = createRuntime({
    config: {
      main: { provider: 'one', model: 'm' },
      providers: {
        one: { base_url: await torrent.listen(), protocol: 'openai-chat', auth: 'none' },
      },
      gateway: { port: 0 },
    },
  });
});
afterAll(async () => {
  await runtime.close();
  await torrent.close();
});

const body = JSON.stringify({
  model: 'main',
  stream: true,
  messages: [{ role: 'user', content: 'pour' }],
});

function measureBuffers(): number {
  return process.memoryUsage().arrayBuffers;
}

describe('a caller who stops reading', () => {
  it('through the gateway: holds the provider back, and gets every byte once it reads on', async () => {
    torrent.sent = 0;
    const key = `hf_test_${'b'.repeat(24)}`;
    const gateway = await startGateway({ runtime, key });
    const before = measureBuffers();
    const answer = await openAnswer(gateway.url, key, { stream: true });
    await untilQuiet(() => torrent.sent);
    expect(torrent.sent).toBeGreaterThan(0);
    expect(torrent.sent).toBeLessThan(underWayBytes);
    expect(measureBuffers() - before).toBeLessThan(heldBytes);
    expect(await countBytes(answer)).toBe(torrent.length);
    await gateway.close();
  });

  it('through the library: the same', async () => {
    torrent.sent = 0;
    const before = measureBuffers();
    const response = await createFetch(runtime, new Calls(runtime.host))(
      'http://holdfast.local/v1/chat/completions',
      {
        method: 'POST',
        body,
      },
    );
    const reader = response.body?.getReader();
    await reader?.read();
    await untilQuiet(() => torrent.sent);
    expect(torrent.sent).toBeLessThan(underWayBytes);
    expect(measureBuffers() - before).toBeLessThan(heldBytes);
    await reader?.cancel();
  });
});
