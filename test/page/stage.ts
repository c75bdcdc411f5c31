/** The scene of the page's tests: keys in each state, a rescue, a failure, and a slow answer. */

import { addCallerKey } from '../../src/gateway/caller-keys.ts';
import type { SimulatedProvider } from '../../src/sim/index.ts';
import { type KeyedGateway, startKeyedGateway } from '../integration/keyed-gateway.ts';

const pageConfig = (sim: SimulatedProvider): object => ({
  main: 'openai/sim/plain',
  fallback_chain: ['anthropic/claude-sim'],
  max_wait: 2,
  providers: {
    openai: {
      base_url: sim.url,
      protocol: 'openai-chat',
      credentials: [
        { label: 'work', api_key: 'sk-sim-limited-6rpm' },
        { label: 'home', api_key: 'sk-sim-broke' },
        { label: 'old', api_key: 'sk-sim-revoked' },
      ],
    },
    anthropic: {
      base_url: sim.url.replace('127.0.0.1', 'localhost'),
      protocol: 'anthropic-messages',
      credentials: [
        { label: 'plan', api_key: 'sk-sim-plan-5' },
        { label: 'spare', api_key: `\${NOT_SET}` },
      ],
    },
  },
  gateway: { port: 0 },
});

export interface PageStage {
  readonly stage: KeyedGateway;
  /** Asks as a caller with a key of this name, which is made at its first request. */
  ask(caller: string, model?: string, more?: object): Promise<Response>;
  /** The key of a caller. */
  keyOf(caller: string): Promise<string>;
}

export async function startPageStage(
  configFor: (sim: SimulatedProvider) => object = pageConfig,
): Promise<PageStage> {
  const stage = await startKeyedGateway(configFor);
  const keys = new Map<string, Promise<string>>();
  const keyOf = (caller: string): Promise<string> => {
    const key = keys.get(caller) ?? addCallerKey(stage.place, { name: caller, scope: 'call' });
    keys.set(caller, key);
    return key;
  };
  return {
    stage,
    keyOf,
    ask: async (caller, model = 'main', more = {}) => {
      return fetch(`${stage.gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await keyOf(caller)}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({
          model,
          messages: [{ role: 'user', content: 'count ~3/60' }],
          ...more,
        }),
      });
    },
  };
}
