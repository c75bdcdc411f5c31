/**
 * What a seed makes up for one home: providers, keys, routes, budgets, processes, and the steps of
 * what happens. Data; `play` carries it out, all steps or some of them.
 */

import { Random } from '../random.ts';
import {
  connectCodes,
  type DrawnRoutes,
  drawRoutes,
  type Fault,
  failingFinishes,
  type Phase,
  vendors,
} from '../scenario.ts';

/** Where a key is written down: a file of its own, `.env`, or the configuration. */
type KeySource = 'file' | 'env' | 'config';

export interface StoryKey {
  readonly source: KeySource;
  readonly account?: string;
}

export interface StoryProvider {
  readonly name: string;
  /** Two providers may share a host: then they are two sites of it. */
  readonly host: string;
  readonly baseUrl: string;
  readonly keys: readonly StoryKey[];
  readonly models: readonly string[];
  readonly settings: object;
}

export interface StoryBudget {
  /** `all`, `caller NAME`, `task NAME` or `provider NAME`. */
  readonly of: string;
  readonly unit: 'requests' | 'tokens' | 'usd';
  readonly limit: number;
  readonly per: 'hour' | 'day';
}

export type KeyChange = 'rotate' | 'revoke' | 'refuse' | 'spend' | 'empty';

export type Step = {
  /** Ms from the start. */
  readonly at: number;
} & (
  | {
      readonly do: 'ask';
      readonly number: number;
      readonly process: number;
      readonly model: string;
      readonly stream: boolean;
      readonly caller: string;
      readonly limitS?: number;
      readonly goneAfterMs?: number;
    }
  | { readonly do: 'break'; readonly phase: Phase }
  | {
      readonly do: 'key';
      readonly provider: string;
      readonly key: number;
      readonly change: KeyChange;
      /** Until it is well again; of a rotation: until the old secret is refused. */
      readonly forMs: number;
    }
  | { readonly do: 'kill' | 'restart'; readonly process: number; readonly downMs: number }
  | { readonly do: 'configure'; readonly variant: number; readonly isBroken: boolean }
  | { readonly do: 'jump'; readonly ms: number }
  | { readonly do: 'reset'; readonly process: number }
);

export interface Story {
  readonly seed: number;
  readonly providers: readonly StoryProvider[];
  readonly variants: readonly DrawnRoutes[];
  readonly budgets: readonly StoryBudget[];
  readonly concurrency: Readonly<Record<string, number>>;
  readonly processes: number;
  /** How long the store takes for each answer. */
  readonly storeMs: number;
  /** The real store, in memory, in place of the reference. */
  readonly isSqlite: boolean;
  readonly steps: readonly Step[];
  readonly spanMs: number;
  /** For the fake host. */
  readonly randomness: readonly number[];
}

const callers = ['ada', 'bob', 'cy'];
const tasks = ['compression', 'title_generation'] as const;
const minute = 60_000;
/** Statuses without a row in the signatures, and such that mean nothing at all. */
const madeUp = [
  400, 401, 402, 403, 404, 408, 409, 418, 422, 429, 444, 499, 500, 502, 503, 520, 529, 599,
];

export function createStory(seed: number): Story {
  const random = new Random(seed);
  const spanMs = random.pick([20_000, 120_000, 600_000, 3_600_000]);
  const providers = drawProviders(random);
  const processes = random.pick([1, 1, 2, 3, 4]);
  const variants = Array.from({ length: random.integer(1, 3) }, () =>
    drawRoutes(random, providers),
  );
  const isCrowd = random.chance(0.2);
  const draw = { random, spanMs, providers, processes, variants };
  return {
    seed,
    providers,
    variants,
    budgets: random.chance(0.4) ? drawBudgets(random, providers) : [],
    concurrency: Object.fromEntries(
      tasks.flatMap((task) => (random.chance(0.3) ? [[task, random.integer(1, 3)]] : [])),
    ),
    processes,
    storeMs: random.pick([0, 0, 0, 3, 25]),
    isSqlite: random.chance(0.15),
    steps: [
      ...drawTroubles(draw),
      ...drawAskings(draw, isCrowd ? random.integer(100, 250) : random.integer(20, 80)),
    ].sort((one, other) => one.at - other.at),
    spanMs,
    randomness: random.series(997),
  };
}

function drawProviders(random: Random): readonly StoryProvider[] {
  const left = [...vendors];
  const hosts = Array.from({ length: random.integer(1, 3) }, () => {
    const name = random.pick(left);
    left.splice(left.indexOf(name), 1);
    return name;
  });
  const names = hosts.map((host) => ({ name: host as string, host: host as string }));
  const [first] = hosts;
  if (first !== undefined && random.chance(0.2)) names.push({ name: `${first}-plan`, host: first });
  return names.map(({ name, host }) => {
    const hasAccount = random.chance(0.3);
    const models = random.chance(0.4) ? ['m1', 'm2'] : ['m1'];
    const baseUrl = `https://${host}.test${name === host ? '' : '/plan'}/v1`;
    return {
      name,
      host,
      baseUrl,
      models,
      keys: Array.from({ length: random.pick([1, 1, 2, 3, 5]) }, () => ({
        source: random.pick(['file', 'env', 'config'] as const),
        ...(hasAccount ? { account: `team-${name}` } : {}),
      })),
      settings: {
        base_url: baseUrl,
        protocol: 'openai-chat',
        pace: random.pick(['quick', 'quick', 'quick', 'normal', 'thinking']),
        selection: random.pick(['fill-first', 'round-robin', 'random', 'least-used']),
        models: Object.fromEntries(
          models.map((model) => [
            model,
            { prefill: random.chance(0.5), context_window: random.pick([8000, 128_000]) },
          ]),
        ),
      },
    };
  });
}

function drawBudgets(random: Random, providers: readonly StoryProvider[]): readonly StoryBudget[] {
  const limits = {
    requests: () => random.integer(2, 120),
    tokens: () => random.integer(200, 6000),
    usd: () => random.integer(1, 60) / 10,
  };
  const whose = [
    'all',
    'all',
    `caller ${random.pick(callers)}`,
    `task ${random.pick(tasks)}`,
    `provider ${random.pick(providers).name}`,
  ];
  const drawn = Array.from({ length: random.integer(1, 3) }, (): StoryBudget => {
    const unit = random.pick(['requests', 'tokens', 'usd'] as const);
    return {
      of: random.pick(whose),
      unit,
      limit: limits[unit](),
      per: random.pick(['hour', 'hour', 'day'] as const),
    };
  });
  return drawn.filter((one, index) => drawn.findIndex(({ of }) => of === one.of) === index);
}

interface Draw {
  readonly random: Random;
  readonly spanMs: number;
  readonly providers: readonly StoryProvider[];
  readonly processes: number;
  readonly variants: readonly DrawnRoutes[];
}

function drawTroubles(draw: Draw): readonly Step[] {
  const { random } = draw;
  const calm = random.chance(0.1);
  if (calm) return [];
  const steps = Array.from({ length: random.integer(1, 14) }, () => drawTrouble(draw));
  if (random.chance(0.2))
    for (const { name } of draw.providers) {
      const phase = {
        provider: name,
        from: 0,
        until: random.integer(1000, draw.spanMs),
        times: 1000,
        fault: drawFault(random),
      };
      steps.push({ at: 0, do: 'break', phase });
    }
  return steps;
}

function drawTrouble({ random, spanMs, providers, processes, variants }: Draw): Step {
  const at = random.chance(0.25) ? 0 : random.integer(0, spanMs);
  const provider = random.pick(providers);
  const process = random.integer(0, processes - 1);
  const forMs = random.integer(100, Math.min(spanMs, 10 * minute));
  const dice = random.next();
  if (dice < 0.56) return { at, do: 'break', phase: drawPhase(random, provider, { at, spanMs }) };
  if (dice < 0.76) {
    const change = random.pick([
      'rotate',
      'rotate',
      'revoke',
      'refuse',
      'refuse',
      'spend',
      'empty',
    ] as const);
    const key = random.integer(0, provider.keys.length - 1);
    const shortMs = random.pick([100, 1500, 3500, forMs]);
    return {
      at,
      do: 'key',
      provider: provider.name,
      key,
      change,
      forMs: change === 'spend' ? forMs : shortMs,
    };
  }
  if (dice < 0.84)
    return {
      at,
      do: random.pick(['kill', 'kill', 'restart'] as const),
      process,
      downMs: random.integer(0, 3000),
    };
  if (dice < 0.9)
    return {
      at,
      do: 'configure',
      variant: random.integer(0, variants.length - 1),
      isBroken: random.chance(0.2),
    };
  if (dice < 0.93)
    return {
      at,
      do: 'jump',
      ms: random.pick([-1, 1]) * random.pick([1000, 30_000, 10 * minute, 120 * minute]),
    };
  return { at, do: 'reset', process };
}

function drawPhase(
  random: Random,
  { name, models }: StoryProvider,
  { at, spanMs }: { readonly at: number; readonly spanMs: number },
): Phase {
  return {
    provider: name,
    ...(random.chance(0.3) ? { model: random.pick(models) } : {}),
    from: at,
    until: at + random.integer(1000, spanMs),
    times: random.pick([1, 3, 1000, 1000]),
    fault: drawFault(random),
  };
}

function drawFault(random: Random): Fault {
  const dice = random.next();
  if (dice < 0.45) return { kind: 'recorded', pick: random.integer(0, 100_000) };
  if (dice < 0.56)
    return { kind: 'status', status: random.pick(madeUp), quotes: random.chance(0.5) };
  if (dice < 0.66) return { kind: 'connect', code: random.pick(connectCodes) };
  if (dice < 0.71) return { kind: 'silent' };
  if (dice < 0.78) return { kind: 'slow', delayMs: random.integer(100, 40_000) };
  if (dice < 0.82) return { kind: 'finish', word: random.pick(failingFinishes) };
  if (dice < 0.95)
    return {
      kind: random.pick(['cut', 'end', 'stall', 'malformed']),
      after: random.integer(0, 11),
    };
  return { kind: 'empty' };
}

function drawAskings(
  { random, spanMs, providers, processes }: Draw,
  count: number,
): readonly Step[] {
  const pinned = providers.flatMap(({ name, models }) => models.map((model) => `${name}/${model}`));
  const names = ['main', 'main', 'main', 'main', ...tasks, random.pick(pinned)];
  let at = 0;
  return Array.from({ length: count }, (_, index) => {
    if (!random.chance(0.5)) at = Math.min(spanMs, at + random.integer(0, (2 * spanMs) / count));
    return {
      at,
      do: 'ask' as const,
      number: index + 1,
      process: random.integer(0, processes - 1),
      model: random.pick(names),
      stream: random.chance(0.6),
      caller: random.pick(callers),
      ...(random.chance(0.1) ? { limitS: random.pick([10, 60]) } : {}),
      ...(random.chance(0.1) ? { goneAfterMs: random.integer(0, 20_000) } : {}),
    };
  });
}
