/** `holdfast demo`: a guided tour. Each scene breaks the simulated provider in one way and shows the rescue from both sides. */

import { createHoldfast } from '../../library/holdfast.ts';
import type { EngineEvent } from '../../model/events.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../sim/index.ts';
import { printJson, type Terminal } from '../terminal.ts';

interface Scene {
  readonly title: string;
  readonly model: string;
  /** Default `sk-sim-good`. */
  readonly key?: string;
  readonly hasFallback?: boolean;
  /** One request first, so that the key is proven. */
  readonly isWarm?: boolean;
  /** Statuses the provider must have given; null for a reset connection. */
  readonly expected: readonly (number | null)[];
  readonly isAnswered: boolean;
}

const scenes: readonly Scene[] = [
  {
    title: 'A key that has worked is refused twice, then accepted',
    model: 'sim/echo',
    key: 'sk-sim-flaky-2',
    isWarm: true,
    expected: [401, 401, 200],
    isAnswered: true,
  },
  {
    title: 'A key that never worked is refused: one request, no hammering',
    model: 'sim/echo',
    key: 'sk-sim-never',
    expected: [401],
    isAnswered: false,
  },
  {
    title: '429 with Retry-After: 2 is waited for',
    model: 'sim/429-once-after-2',
    expected: [429, 200],
    isAnswered: true,
  },
  {
    title: '503 for ever: two retries, then the fallback answers',
    model: 'sim/status-503',
    hasFallback: true,
    expected: [503, 503, 503, 200],
    isAnswered: true,
  },
  {
    title: 'The connection is reset before a byte came: asked again on a fresh one',
    model: 'sim/reset-once',
    expected: [null, 200],
    isAnswered: true,
  },
];

interface Shown {
  readonly title: string;
  readonly steps: readonly string[];
  readonly answer: string;
  readonly providerSaw: readonly (number | null)[];
  readonly tookMs: number;
  readonly isAsTold: boolean;
}

/** Exits 1 when a scene went otherwise than told. */
export async function demo(terminal: Terminal, options: { readonly json?: boolean }): Promise<number> {
  const provider = await startSimulatedProvider({ pace: 20 });
  const shown: Shown[] = [];
  try {
    if (options.json !== true) terminal.out('Everything here talks to the built-in SIMULATED provider.\n');
    for (const [index, scene] of scenes.entries()) {
      if (options.json !== true) terminal.out(`\n${index + 1}. ${scene.title}\n`);
      const result = await play(provider, scene, (line) => {
        if (options.json !== true) terminal.out(`   ${line}\n`);
      });
      shown.push(result);
    }
  } finally {
    await provider.close();
  }
  if (options.json === true) printJson(terminal, 'holdfast.demo/1', { scenes: shown });
  else
    terminal.out(`\n${shown.filter(({ isAsTold }) => isAsTold).length} of ${shown.length} went as told.\n`);
  return shown.every(({ isAsTold }) => isAsTold) ? 0 : 1;
}

async function play(provider: SimulatedProvider, scene: Scene, say: (line: string) => void): Promise<Shown> {
  const steps: string[] = [];
  const onEvent = (event: EngineEvent): void => {
    if (event.type !== 'rescue' && event.type !== 'waiting') return;
    steps.push(event.text);
    say(`· ${event.text}`);
  };
  provider.reset();
  const holdfast = createHoldfast({ config: createConfig(provider, scene), onEvent });
  if (scene.isWarm === true) await holdfast.ask('Are you there?');
  provider.clearLog();
  const answer = await holdfast.ask('Hello!').then(
    (result) => `answered by ${result.target}: ${result.text}`,
    (error: Error) => `not answered: ${error.message}`,
  );
  const tookMs = Math.round(holdfast.records().at(-1)?.durationMs ?? 0);
  await holdfast.close();
  const providerSaw = provider.log().map(({ status }) => status);
  say(`caller:   ${answer} (${(tookMs / 1000).toFixed(1)} s)`);
  say(
    `provider: saw ${providerSaw.length} request(s): ${providerSaw.map((status) => status ?? 'reset').join(', ')}`,
  );
  const isAsTold =
    String(providerSaw) === String(scene.expected) && answer.startsWith('answered') === scene.isAnswered;
  return { title: scene.title, steps, answer, providerSaw, tookMs, isAsTold };
}

function createConfig(provider: SimulatedProvider, scene: Scene): object {
  const shape = { protocol: 'openai-chat' };
  const main = { ...shape, base_url: provider.url, api_key: scene.key ?? 'sk-sim-good' };
  const spare = {
    ...shape,
    base_url: provider.url.replace('127.0.0.1', 'localhost'),
    api_key: 'sk-sim-good+spare',
  };
  return {
    main: { provider: 'sim', model: scene.model },
    ...(scene.hasFallback === true ? { fallback_chain: [{ provider: 'spare', model: 'sim/echo' }] } : {}),
    providers: scene.hasFallback === true ? { sim: main, spare } : { sim: main },
  };
}
