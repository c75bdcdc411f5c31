/**
 * A process that tells which packages of the AI SDK, and whether `ws`, it has loaded: after a
 * relayed request, after a translated one, and after an upgrade to WebSocket.
 */

import { get } from 'node:http';
import { registerHooks } from 'node:module';

const loaded = new Set<string>();
registerHooks({
  load: (url, context, nextLoad) => {
    const name = /node_modules\/(@ai-sdk\/[\w-]+|ws)\//.exec(url)?.[1];
    if (name !== undefined) loaded.add(name);
    return nextLoad(url, context);
  },
});

const { startSimulatedProvider } = await import('../../src/sim/index.ts');
const { createRuntime } = await import('../../src/runtime.ts');
const { startGateway } = await import('../../src/gateway/server.ts');
const { ask } = await import('../integration/harness.ts');

const sim = await startSimulatedProvider();
const provider = { base_url: sim.url, api_key: 'sk-sim-good' };
const runtime = createRuntime({
  config: {
    main: 'same/sim/echo',
    gateway: { port: 0 },
    providers: {
      same: { ...provider, protocol: 'openai-chat' },
      other: { ...provider, protocol: 'anthropic-messages' },
    },
  },
});
const relayed = await ask(runtime);
const before = [...loaded];
const translated = await ask(runtime, { model: 'other/sim/echo' });
const after = [...loaded].sort();
const key = `hf_test_${'k'.repeat(24)}`;
const gateway = await startGateway({ runtime, key });
const headers = { authorization: `Bearer ${key}` };
const listed = await fetch(`${gateway.url}/v1/models`, { headers });
const served = [...loaded];
const upgrade = { ...headers, connection: 'upgrade', upgrade: 'websocket' };
await new Promise((resolve) =>
  get(`${gateway.url}/v1/responses`, { headers: upgrade }).once('response', resolve),
);
await gateway.close();
await runtime.close();
await sim.close();
process.send?.({
  statuses: [relayed.status, translated.status, listed.status],
  before,
  after,
  served,
  upgraded: [...loaded],
});
