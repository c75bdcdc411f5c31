/**
 * In the trial, when nothing is configured, the built-in simulated provider answers, and says that
 * it is not a real one.
 */

import { ConfigError } from '../../errors.ts';
import type { SimulatedProvider } from '../../sim/index.ts';

export function isUnconfigured(error: unknown): boolean {
  return error instanceof ConfigError && error.code === 'nothing-configured';
}

export async function startTrial(): Promise<{
  readonly sim: SimulatedProvider;
  readonly config: object;
}> {
  const { startSimulatedProvider } = await import('../../sim/index.ts');
  const sim = await startSimulatedProvider({ pace: 30 });
  const config = {
    main: { provider: 'sim', model: 'sim/echo' },
    providers: { sim: { base_url: sim.url, protocol: 'openai-chat', api_key: 'sk-sim-good' } },
  };
  return { sim, config };
}
