/** The order of keys where a provider says that little is left, in two processes of one home. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answered,
  type EngineStage,
  refused,
  stageEngine,
} from '../../../test/fakes/engine-stage.ts';
import { HomeStore } from '../../../test/fakes/home-store.ts';
import type { Headers } from '../../model/request.ts';

const minuteMs = 60_000;
const names = ['one', 'two', 'three'] as const;
type Name = (typeof names)[number];

const config = {
  main: 'acme/m',
  providers: {
    acme: {
      base_url: 'https://acme.test/v1',
      protocol: 'openai-chat',
      credentials: names.map((label) => ({ label, api_key: `sk-test-${label}` })),
    },
  },
};

/** What the answers of a key say of its limits. */
type Says = (name: Name) => Headers;

function said(of: string, left: number, limit: number, reset?: string): Headers {
  return {
    [`x-ratelimit-limit-${of}`]: `${limit}`,
    [`x-ratelimit-remaining-${of}`]: `${left}`,
    ...(reset !== undefined && { [`x-ratelimit-reset-${of}`]: reset }),
  };
}

/** Processes of one home, whose clocks show the same. */
function stageHome(says: Says, processes = 2) {
  const store = new HomeStore();
  const stages = Array.from({ length: processes }, () => stageEngine(config, {}, store));
  const asked: Name[] = [];
  const nameOf = (authorization = ''): Name =>
    names.find((name) => authorization.endsWith(`-${name}`)) ?? 'one';
  for (const { host } of stages)
    host.upstream.answerBy(({ headers }) => {
      const name = nameOf(headers['authorization']);
      asked.push(name);
      return { ...answered, headers: says(name) };
    });
  const pass = async (ms: number): Promise<void> => {
    const end = Math.max(...stages.map(({ host }) => host.clock.now())) + ms;
    for (const { host } of stages) await host.advance(end - host.clock.now());
    await store.tell();
  };
  return {
    asked,
    pass,
    at: (index: number): EngineStage => {
      const stage = stages[index];
      if (stage === undefined) throw new Error(`no process ${index}`);
      return stage;
    },
    /** Asks in this process, and returns which keys were asked. */
    ask: async (index: number, body: object = {}): Promise<readonly Name[]> => {
      const before = asked.length;
      const { status } = await (stages[index]?.ask({ body }) ?? { status: 0 });
      expect(status).toBe(200);
      await pass(0);
      return asked.slice(before);
    },
  };
}

const nothing: Headers = {};
const firstIsEmpty: Says = (name) =>
  name === 'one' ? said('requests-minute', 0, 60, '60') : nothing;
const messagesOf = (text: string) => ({ messages: [{ role: 'user', content: text }] });

describe('a key of which nothing is left', () => {
  it('is asked after the next key at once here, within a second elsewhere, first again at its end', async () => {
    const { ask, pass, at } = stageHome(firstIsEmpty);
    expect(await ask(0)).toEqual(['one']);
    expect(await ask(0)).toEqual(['two']);
    await pass(1000);
    expect(await ask(1)).toEqual(['two']);
    const record = at(1).lastRecord();
    expect(record).toMatchObject({ answeredBy: 'acme/m', outcome: 'answered' });
    expect(record?.skipped.find(({ credential }) => credential?.includes('one'))).toMatchObject({
      cause: 'rate-limit',
      reason: expect.stringMatching(
        /^tried later: 0 requests left until [\d:]+, as acme said [12] s ago$/,
      ),
    });
    await pass(minuteMs);
    expect(await ask(1)).toEqual(['one']);
  });

  it('is asked where the others cannot be', async () => {
    const { ask, at, pass, asked } = stageHome(firstIsEmpty, 1);
    await ask(0);
    await pass(0);
    const { upstream } = at(0).host;
    upstream.enqueue(refused(401), refused(401), refused(401), refused(401));
    const { status } = await at(0).ask();
    expect([status, asked.at(-1)]).toEqual([200, 'one']);
    expect(at(0).lastRecord()?.skipped).toEqual([]);
    expect(await ask(0)).toEqual(['one']);
  });

  it('where it is so of all, changes nothing', async () => {
    const { ask, pass } = stageHome(() => said('requests-minute', 0, 60, '60'));
    for (const first of names) expect(await ask(0)).toEqual([first]);
    await pass(1000);
    for (const index of [0, 1, 0, 1]) expect(await ask(index)).toEqual(['one']);
  });

  it('moves a conversation that is its own, and only for that', async () => {
    const turns = (count: number) => ({
      messages: [
        ...messagesOf('Why?').messages,
        ...Array.from({ length: count }, () => [
          { role: 'assistant', content: 'So.' },
          ...messagesOf('And?').messages,
        ]).flat(),
      ],
    });
    const { ask, pass, at } = stageHome(firstIsEmpty);
    expect(await ask(0, turns(1))).toEqual(['one']);
    expect(await ask(0, turns(2))).toEqual(['two']);
    expect(at(0).lastRecord()?.notes).toContain('the conversation moved from one to two');
    await pass(2 * minuteMs);
    expect(await ask(1, turns(3))).toEqual(['two']);
    expect(await ask(1)).toEqual(['one']);
  });
});

describe('tokens', () => {
  const fewTokens: Says = (name) =>
    name === 'one' ? said('tokens-minute', 1000, 60_000, '60') : nothing;
  const long = messagesOf('seven words are far too few here. '.repeat(400));
  it.each<[name: string, body: object, expected: Name]>([
    ['enough for a short question', messagesOf('Why?'), 'one'],
    ['too few for a long one', long, 'two'],
    [
      'a picture that is long and has few',
      {
        messages: [
          {
            role: 'user',
            content: [
              {
                type: 'image_url',
                image_url: { url: `data:image/png;base64,${'A'.repeat(50_000)}` },
              },
            ],
          },
        ],
      },
      'one',
    ],
    [
      'what the cache may have of a conversation',
      {
        messages: [
          ...long.messages,
          { role: 'assistant', content: 'So.' },
          ...messagesOf('And?').messages,
        ],
      },
      'one',
    ],
  ])('%s', async (_name, body, expected) => {
    const { ask } = stageHome(fewTokens);
    expect(await ask(0)).toEqual(['one']);
    expect(await ask(0, body)).toEqual([expected]);
  });
});

/** A provider that counts, tells the truth or lies, and may refuse. */
interface Provider {
  readonly limit: number;
  readonly tells:
    | 'truth'
    | 'nothing left'
    | 'nothing left for a day'
    | 'no reset'
    | 'no number'
    | 'nothing';
}

type Step = { readonly ask: 0 | 1 } | { readonly passMs: number };

const provider: fc.Arbitrary<Provider> = fc.record({
  limit: fc.integer({ min: 1, max: 4 }),
  tells: fc.constantFrom(
    'truth',
    'truth',
    'nothing left',
    'nothing left for a day',
    'no reset',
    'no number',
    'nothing',
  ),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ ask: fc.constantFrom<0 | 1>(0, 1) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      passMs: fc.constantFrom(0, 300, 1000, 20_000, minuteMs, 16 * minuteMs),
    }),
  },
);

async function play(providers: readonly Provider[], steps: readonly Step[]) {
  const used = new Map<string, number>();
  const host = { now: () => 0 };
  const refusals: Name[] = [];
  const says = (name: Name): { readonly isFull: boolean; readonly headers: Headers } => {
    const { limit, tells } = providers[names.indexOf(name)] ?? { limit: 1, tells: 'nothing' };
    const minute = Math.floor(host.now() / minuteMs);
    const key = `${name} ${minute}`;
    const count = (used.get(key) ?? 0) + 1;
    used.set(key, count);
    const left = Math.max(0, limit - count);
    const reset = `${((minute + 1) * minuteMs - host.now()) / 1000}`;
    const headers: Readonly<Record<Provider['tells'], Headers>> = {
      truth: said('requests-minute', left, limit, reset),
      'nothing left': said('requests-minute', 0, limit, reset),
      'nothing left for a day': said('requests-day', 0, limit, '86400'),
      'no reset': said('requests', 0, limit),
      'no number': said('requests-minute', -1, limit, reset),
      nothing,
    };
    return { isFull: count > limit, headers: headers[tells] };
  };
  const home = stageHome(() => nothing);
  host.now = () => Math.max(home.at(0).host.clock.now(), home.at(1).host.clock.now());
  const told: Name[][] = [];
  for (const index of [0, 1])
    home.at(index).host.upstream.answerBy(({ headers }) => {
      const name = names.find((one) => headers['authorization']?.endsWith(`-${one}`)) ?? 'one';
      told.at(-1)?.push(name);
      const { isFull, headers: limits } = says(name);
      if (!isFull) return { ...answered, headers: limits };
      refusals.push(name);
      return refused(429, {}, { ...limits, 'retry-after': '1' });
    });
  for (const one of steps) {
    if ('passMs' in one) await home.pass(one.passMs);
    else {
      told.push([]);
      const { status } = await home.at(one.ask).ask();
      await home.pass(0);
      expect(status).toBe(200);
    }
  }
  return { told, refusals, home };
}

const most = { numRuns: 25 } as const;

describe('whatever providers say', () => {
  it('each request is answered, by a key that nobody held back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(
          provider,
          provider,
          fc.record({ limit: fc.constant(1000), tells: provider.map(({ tells }) => tells) }),
        ),
        fc.array(step, { minLength: 1, maxLength: 25 }),
        async (providers, steps) => {
          const { told } = await play(providers, steps);
          for (const asked of told) expect(new Set(asked).size).toBe(asked.length);
        },
      ),
      most,
    );
  });

  it('where they tell the truth, a process is refused only for what it could not know', async () => {
    const honest = provider.map(({ limit }): Provider => ({ limit, tells: 'truth' }));
    const plenty = fc.constant<Provider>({ limit: 1000, tells: 'truth' });
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(honest, honest, plenty),
        fc.array(step, { maxLength: 25 }),
        async (providers, steps) => {
          const inOne = steps.map((one): Step => ('ask' in one ? { ask: 0 } : one));
          expect((await play(providers, inOne)).refusals).toEqual([]);
          const settled = steps.flatMap((one): readonly Step[] => [one, { passMs: 1000 }]);
          expect((await play(providers, settled)).refusals).toEqual([]);
        },
      ),
      most,
    );
  });

  it('no key is lost: after a quarter of an hour the first is asked first again', async () => {
    await fc.assert(
      fc.asyncProperty(provider, fc.array(step, { maxLength: 12 }), async (first, steps) => {
        const plenty: Provider = { limit: 1000, tells: 'nothing' };
        const last: readonly Step[] = [{ passMs: 16 * minuteMs }, { ask: 1 }];
        const { told } = await play([first, plenty, plenty], [...steps, ...last]);
        expect(told.at(-1)).toEqual(['one']);
      }),
      most,
    );
  });
});
