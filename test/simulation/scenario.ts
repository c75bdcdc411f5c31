/**
 * What a seed makes up: providers with keys and models, routes, when what breaks, and who asks for
 * what. Data; `play` carries it out.
 */

import { Random } from './random.ts';

/** How a request to a provider goes wrong. */
export type Fault =
  /**
   * A failing answer or stream of the corpus, by its id; the provider's own or one that any may
   * give.
   */
  | { readonly kind: 'recorded'; readonly pick: number }
  | { readonly kind: 'connect'; readonly code: string }
  | { readonly kind: 'silent' }
  | { readonly kind: 'slow'; readonly delayMs: number }
  /**
   * After so many of its words: cut off, ended as if it were whole, silent, or with an invalid
   * event.
   */
  | { readonly kind: 'cut' | 'end' | 'stall' | 'malformed'; readonly after: number }
  | { readonly kind: 'empty' }
  /** A status that no signature knows, perhaps with the key and the question in its words. */
  | { readonly kind: 'status'; readonly status: number; readonly quotes: boolean }
  /** A whole answer that ends with this word. */
  | { readonly kind: 'finish'; readonly word: string };

/** A time in which requests that fit meet a fault. Absent fields fit all. */
export interface Phase {
  readonly provider: string;
  readonly key?: string;
  readonly model?: string;
  /** Ms from the start. */
  readonly from: number;
  readonly until: number;
  /** So many requests at most. */
  readonly times: number;
  readonly fault: Fault;
}

export interface Asking {
  readonly number: number;
  /** Ms from the start. */
  readonly at: number;
  readonly model: string;
  readonly stream: boolean;
  /** The caller goes away so long after it has asked. */
  readonly goneAfterMs?: number;
}

export interface Scenario {
  readonly seed: number;
  readonly config: object;
  readonly phases: readonly Phase[];
  readonly askings: readonly Asking[];
  /** From here on nothing fails any more: ms from the start. */
  readonly healedAt: number;
  /** For the fake host. */
  readonly randomness: readonly number[];
}

/** Their own signatures are in the corpus. */
export const vendors = [
  'openai',
  'deepseek',
  'zhipu',
  'moonshot',
  'openrouter',
  'qwen',
  'custom',
] as const;
export const connectCodes = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EPIPE',
  'CERT_HAS_EXPIRED',
  'UND_ERR_SOCKET',
] as const;

/** Words that providers end a failed answer with. */
export const failingFinishes: readonly string[] = [
  'error',
  'insufficient_system_resource',
  'abort',
  'network_error',
];

/** What a configuration says of routes. */
export interface DrawnRoutes {
  readonly main: string;
  readonly chain: readonly string[];
  readonly auxiliary: Readonly<Record<string, object>>;
}

interface DrawnProvider {
  readonly name: string;
  readonly keys: readonly string[];
  readonly models: readonly string[];
  readonly settings: object;
}

export function createScenario(seed: number): Scenario {
  const random = new Random(seed);
  const providers = drawProviders(random);
  const spanMs = random.pick([20_000, 120_000, 600_000]);
  const phases = Array.from({ length: random.integer(1, 9) }, () =>
    drawPhase(random, providers, spanMs),
  );
  if (random.chance(0.2)) phases.unshift(...drawStorm(random, providers, spanMs));
  const config = drawConfig(random, providers);
  return {
    seed,
    config,
    phases,
    askings: drawAskings(random, providers, spanMs),
    healedAt: spanMs + 60_000,
    randomness: random.series(997),
  };
}

function drawProviders(random: Random): readonly DrawnProvider[] {
  const left = [...vendors];
  return Array.from({ length: random.integer(1, 3) }, () => {
    const name = random.pick(left);
    left.splice(left.indexOf(name), 1);
    const keys = Array.from(
      { length: random.pick([1, 2, 3, 7]) },
      (_, index) => `sk-test-simulation-${name}-${index}`,
    );
    const models = random.chance(0.4) ? ['m1', 'm2'] : ['m1'];
    const hasAccount = random.chance(0.3);
    const settings = {
      base_url: `https://${name}.test/v1`,
      protocol: 'openai-chat',
      pace: random.chance(0.8) ? 'quick' : 'thinking',
      selection: random.pick(['fill-first', 'round-robin', 'random', 'least-used']),
      credentials: keys.map((key, index) => ({
        label: `key-${index}`,
        api_key: key,
        ...(hasAccount ? { account: 'team' } : {}),
      })),
      models: Object.fromEntries(
        models.map((model) => [
          model,
          { prefill: random.chance(0.5), context_window: random.pick([8000, 32_000, 128_000]) },
        ]),
      ),
    };
    return { name, keys, models, settings };
  });
}

function drawConfig(random: Random, providers: readonly DrawnProvider[]): object {
  const { main, chain, auxiliary } = drawRoutes(random, providers);
  const settings = providers.map((one) => [one.name, one.settings] as const);
  return { main, fallback_chain: chain, providers: Object.fromEntries(settings), auxiliary };
}

export function drawRoutes(
  random: Random,
  providers: readonly Pick<DrawnProvider, 'name' | 'models'>[],
): DrawnRoutes {
  const target = (): string => {
    const { name, models } = random.pick(providers);
    return `${name}/${random.pick(models)}`;
  };
  const chain = (most: number): readonly string[] =>
    Array.from({ length: random.integer(0, most) }, target);
  return {
    main: target(),
    chain: chain(3),
    auxiliary: {
      compression: {
        timeout: random.pick([5, 60]),
        ...(random.chance(0.5) ? splitTarget(target()) : {}),
        fallback_chain: chain(2),
      },
      title_generation: { fallback: random.pick(['main', 'none']), ...splitTarget(target()) },
    },
  };
}

function splitTarget(target: string): { provider: string; model: string } {
  const [provider = '', model = ''] = target.split('/');
  return { provider, model };
}

function drawPhase(random: Random, providers: readonly DrawnProvider[], spanMs: number): Phase {
  const { name, keys, models } = random.pick(providers);
  const from = random.chance(0.4) ? 0 : random.integer(0, spanMs);
  return {
    provider: name,
    ...(random.chance(0.3) ? { key: random.pick(keys) } : {}),
    ...(random.chance(0.3) ? { model: random.pick(models) } : {}),
    from,
    until: from + random.integer(1000, spanMs),
    times: random.pick([1, 3, 1000, 1000]),
    fault: drawFault(random),
  };
}

/** Everybody fails for a long time, each in a way of its own. */
function drawStorm(
  random: Random,
  providers: readonly DrawnProvider[],
  spanMs: number,
): readonly Phase[] {
  return providers.map(({ name }) => ({
    provider: name,
    from: 0,
    until: random.integer(spanMs / 2, spanMs),
    times: 1000,
    fault: drawFault(random),
  }));
}

function drawFault(random: Random): Fault {
  const dice = random.next();
  if (dice < 0.5) return { kind: 'recorded', pick: random.integer(0, 100_000) };
  if (dice < 0.62) return { kind: 'connect', code: random.pick(connectCodes) };
  if (dice < 0.68) return { kind: 'silent' };
  if (dice < 0.76) return { kind: 'slow', delayMs: random.integer(100, 20_000) };
  if (dice < 0.95)
    return {
      kind: random.pick(['cut', 'end', 'stall', 'malformed']),
      after: random.integer(0, 11),
    };
  return { kind: 'empty' };
}

function drawAskings(
  random: Random,
  providers: readonly DrawnProvider[],
  spanMs: number,
): readonly Asking[] {
  const pinned = providers.flatMap(({ name, models }) => models.map((model) => `${name}/${model}`));
  const names = ['main', 'main', 'main', 'compression', 'title_generation', ...pinned];
  let at = 0;
  return Array.from({ length: random.integer(8, 30) }, (_, number) => {
    if (!random.chance(0.5)) at += random.integer(0, spanMs / 10);
    return {
      number,
      at,
      model: random.pick(names),
      stream: random.chance(0.6),
      ...(random.chance(0.1) ? { goneAfterMs: random.integer(0, 20_000) } : {}),
    };
  });
}
