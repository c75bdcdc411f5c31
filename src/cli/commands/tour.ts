/**
 * `holdfast drill --tour` is guided. Each scene breaks the simulated provider in one way and shows
 * the rescue from both sides.
 */

import type { EngineEvent } from '../../model/events.ts';
import type { SimulatedProvider } from '../../sim/index.ts';
import { interruptibly } from '../context/interruption.ts';
import { type CommandContext, printJson } from '../terminal/terminal.ts';

interface TourScene {
  readonly title: string;
  readonly model: string;
  /** The statuses that the provider must have sent; null is a reset connection. */
  readonly expected: readonly (number | null)[];
  readonly isAnswered: boolean;
  readonly key: string;
  readonly hasFallback: boolean;
  /** Sends one request first, so that the key has worked before. */
  readonly isWarm: boolean;
}

/**
 * Each row has a title, a model, the statuses that the provider must have sent, and any options
 * that differ from the defaults.
 */
const rows: readonly (readonly [string, string, TourScene['expected'], Partial<TourScene>?])[] = [
  [
    'A key that has worked is refused twice, then accepted',
    'sim/echo',
    [401, 401, 200],
    { key: 'sk-sim-flaky-2', isWarm: true },
  ],
  [
    'A key that never worked is refused: one request, no hammering',
    'sim/echo',
    [401],
    { key: 'sk-sim-never', isAnswered: false },
  ],
  ['429 with Retry-After: 2 is waited for', 'sim/429-once-after-2', [429, 200]],
  [
    '503 for ever: two retries, then the fallback answers',
    'sim/status-503',
    [503, 503, 503, 200],
    { hasFallback: true },
  ],
  [
    'The connection is reset before a byte came: asked again on a fresh one',
    'sim/reset-once',
    [null, 200],
  ],
];

const scenes: readonly TourScene[] = rows.map(([title, model, expected, facts]) => {
  const most = { isAnswered: true, key: 'sk-sim-good', hasFallback: false, isWarm: false };
  return { ...most, ...facts, title, model, expected };
});

interface Shown {
  readonly title: string;
  readonly steps: readonly string[];
  readonly answer: string;
  readonly providerSaw: readonly (number | null)[];
  readonly tookMs: number;
  readonly isAsTold: boolean;
}

interface Tour {
  readonly provider: SimulatedProvider;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** A signal ends the tour after printing what was shown; a closed pipe ends it silently. */
export function showTour(
  { json }: { readonly json: boolean | undefined },
  { terminal }: CommandContext,
): Promise<number> {
  const say = (line: string): void => {
    if (!json) terminal.out(`${line}\n`);
  };
  return interruptibly(terminal, async (interruption) => {
    const shown = await playAll(interruption.signal, say);
    const status = interruption.status();
    const asExpected = shown.filter(({ isAsTold }) => isAsTold).length;
    if (json) {
      const facts = { interrupted: status !== undefined, planned: scenes.length, scenes: shown };
      printJson(terminal, { schema: 'holdfast.tour/1', ...facts });
    }
    if (status === undefined) say(`\n${asExpected} of ${shown.length} scenes passed.`);
    else interruption.report(`${shown.length} of ${scenes.length} scenes`);
    return status || Number(asExpected < shown.length);
  });
}

/** Returns the scenes that finished. */
async function playAll(
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<readonly Shown[]> {
  const { startSimulatedProvider } = await import('../../sim/index.ts');
  const provider = await startSimulatedProvider({ pace: 20 });
  const shown: Shown[] = [];
  try {
    say('Everything here talks to the built-in SIMULATED provider.');
    for (const [index, scene] of scenes.entries()) {
      signal.throwIfAborted();
      say(`\n${index + 1}. ${scene.title}`);
      shown.push(await playTour(scene, { provider, signal, say: (line) => say(`   ${line}`) }));
    }
    return shown;
  } catch (error) {
    if (signal.aborted) return shown;
    throw error;
  } finally {
    await provider.close();
  }
}

async function playTour(scene: TourScene, { provider, signal, say }: Tour): Promise<Shown> {
  const steps: string[] = [];
  const onEvent = (event: EngineEvent): void => {
    if (event.type !== 'rescue' && event.type !== 'waiting') return;
    steps.push(event.text);
    say(`· ${event.text}`);
  };
  provider.reset();
  const { createHoldfast } = await import('../../library/holdfast.ts');
  const holdfast = createHoldfast({ config: createConfig(provider, scene), onEvent });
  try {
    if (scene.isWarm) await holdfast.ask({ prompt: 'Are you there?', signal });
    provider.clearLog();
    const answer = await holdfast.ask({ prompt: 'Hello!', signal }).then(
      (result) => `answered by ${result.target}: ${result.text}`,
      (error: Error) => `not answered: ${error.message}`,
    );
    signal.throwIfAborted();
    const tookMs = Math.round(holdfast.records().at(-1)?.durationMs ?? 0);
    const providerSaw = provider.log().map(({ status }) => status);
    say(`caller:   ${answer} (${(tookMs / 1000).toFixed(1)} s)`);
    say(
      `provider: saw ${providerSaw.length} request(s): ${providerSaw.map((status) => status ?? 'reset').join(', ')}`,
    );
    const isAsTold =
      String(providerSaw) === String(scene.expected) &&
      answer.startsWith('answered') === scene.isAnswered;
    return { title: scene.title, steps, answer, providerSaw, tookMs, isAsTold };
  } finally {
    await holdfast.close();
  }
}

function createConfig({ url }: SimulatedProvider, { model, key, hasFallback }: TourScene): object {
  const protocol = 'openai-chat';
  const sim = { protocol, base_url: url, api_key: key };
  const elsewhere = url.replace('127.0.0.1', 'localhost');
  const spare = { protocol, base_url: elsewhere, api_key: 'sk-sim-good+spare' };
  const main = { provider: 'sim', model };
  if (!hasFallback) return { main, providers: { sim } };
  const chain = [{ provider: 'spare', model: 'sim/echo' }];
  return { main, fallback_chain: chain, providers: { sim, spare } };
}
