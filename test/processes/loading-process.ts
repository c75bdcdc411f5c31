/**
 * A process that tells which packages of the AI SDK it has loaded: after a relayed request, and
 * after a translated one.
 */

import { registerHooks } from 'node:module';

const loaded = new Set<string>();
registerHooks({
  load: (url, context, nextLoad) => {
    const name = /node_modules\/(@ai-sdk\/[\w-]+)/.exec(url)?.[1];
    if (name !== undefined) loaded.add(name);
    return nextLoad(url, context);
  },
});

const { startSimulatedProvider } = await import('../../src/sim/index.ts');
const { createRuntime } = await import('../../src/runtime.ts');
const { ask } = await import('../integration/harness.ts');

const sim = await startSimulatedProvider();
const provider = { base_url: sim.url, api_key: 'sk-sim-good' };
const runtime = createRuntime({
  config: {
    main: 'same/sim/echo',
    providers: {
      same: { ...provider, protocol: 'openai-chat' },
      other: { ...provider, protocol: 'anthropic-messages' },
    },
  },
});
const relayed = await ask(runtime);
const before = [...loaded];
const translated = await ask(runtime, { model: 'other/sim/echo' });
await runtime.close();
await sim.close();
process.send?.({
  statuses: [relayed.status, translated.status],
  before,
  after: [...loaded].sort(),
});
