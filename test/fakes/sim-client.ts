/**
 * A client of the simulated provider, for its own tests: one chat request, or the same one again
 * and again.
 */

import type { SimulatedProvider } from '../../src/sim/index.ts';

/** One chat request; all may be left out. */
export interface Ask {
  readonly model?: string;
  readonly key?: string;
  readonly stream?: boolean;
  readonly signal?: AbortSignal;
  readonly messages?: readonly unknown[];
  readonly at?: SimulatedProvider;
}

export interface SimClient {
  ask(asked: Ask): Promise<Response>;
  /** The statuses of the same request sent again and again. */
  statuses(asked: Ask, times: number): Promise<readonly number[]>;
}

/** A client of the provider that is there when it asks. */
export function createSimClient(current: () => SimulatedProvider): SimClient {
  const ask = ({
    model = 'sim/plain',
    key = 'sk-sim-good',
    at = current(),
    signal,
    ...rest
  }: Ask) =>
    fetch(`${at.url}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model,
        messages: [{ role: 'user', content: 'hello there' }],
        ...rest,
      }),
      ...(signal ? { signal } : {}),
    });
  return {
    ask,
    statuses: async (asked, times) => {
      const seen: number[] = [];
      for (let index = 0; index < times; index += 1) {
        const response = await ask(asked);
        await response.text();
        seen.push(response.status);
      }
      return seen;
    },
  };
}
