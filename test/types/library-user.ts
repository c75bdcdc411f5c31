/**
 * What a program with strict settings gets from the declarations, compiled against the built
 * package (`npm run check`): `skipLibCheck` is off, so that a declaration that needs a package
 * which its user does not have is an error here as it would be there.
 */

import {
  type AskResult,
  createHoldfast,
  type EngineEvent,
  type Fetch,
  type HoldfastConfig,
  type HoldfastOptions,
  type RequestRecord,
} from 'holdfast';
import { type SimulatedProvider, startSimulatedProvider } from 'holdfast/sim';
import OpenAI from 'openai';

const provider: SimulatedProvider = await startSimulatedProvider();
const vendor = { base_url: provider.url, protocol: 'openai-chat' };

export const checked = {
  main: 'vendor/m',
  providers: { vendor: { base_url: provider.url, protocol: 'openai-chat', auth: 'none' } },
} satisfies HoldfastConfig;

// @ts-expect-error: a misspelt key of the configuration
export const misspelt = { mian: 'vendor/m' } satisfies HoldfastConfig;

/** An object whose literals were widened is taken too: it is checked when it is given. */
export const options: HoldfastOptions = { config: { main: 'vendor/m', providers: { vendor } } };

// @ts-expect-error: a misspelt option
createHoldfast({ conifg: checked });
// @ts-expect-error: the configuration is no set of options
createHoldfast(checked);

/** What may be undefined is passed on as it is, under `exactOptionalPropertyTypes`. */
export async function use(signal: AbortSignal | undefined): Promise<RequestRecord | undefined> {
  const holdfast = createHoldfast({ ...options, onEvent: undefined, store: undefined });
  const stop = holdfast.on((event: EngineEvent) => 'text' in event && event.text);
  const answer: AskResult = await holdfast.ask({ prompt: 'hello', signal, onText: undefined });
  const plain: typeof fetch = holdfast.fetch;
  const own: Fetch = plain;
  await new OpenAI({ ...holdfast.openai(), fetch: own, timeout: 1_000 }).models.list();
  stop();
  return holdfast.record(answer.requestId);
}
