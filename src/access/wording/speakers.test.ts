/**
 * Whose words a refusal has is a fact: the error, `why`, `doctor` and what to do all say whose key
 * or page it is.
 */

import { describe, expect, it } from 'vitest';
import { answered, type EngineStage, stageEngine } from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { judgeRoutes } from '../../explain/doctor/judge-routes.ts';
import { createStory, describeStory } from '../../explain/why/story.ts';
import { advises, saysMore } from './speakers.ts';

const keys = [{ api_key: 'sk-test-a' }, { api_key: 'sk-test-b' }];
const gate = { protocol: 'openai-chat', base_url: 'https://one.test/v1', credentials: keys };
const spare = {
  protocol: 'openai-chat',
  base_url: 'https://two.test/v1',
  api_key: 'sk-test-spare',
};

function stage(fallback: readonly string[]): EngineStage {
  return stageEngine({ main: 'gate/m', fallback_chain: fallback, providers: { gate, spare } });
}

function quoted(status: number, kind: string, said: string): UpstreamStep {
  const message = `litellm.${kind}: OpenAIException - ${said}`;
  return { status, chunks: [JSON.stringify({ error: { message, code: String(status) } })] };
}

const page: UpstreamStep = {
  status: 401,
  headers: { 'content-type': 'text/html' },
  chunks: ['<!DOCTYPE html><title>Log in to Wi-Fi</title><p>Invalid API key</p>'],
};

const openIt =
  'open https://one.test in a browser and see whose page it is: a login of a network or of a proxy? If gate itself writes it, holdfast auth test gate';

const cases: readonly { name: string; step: UpstreamStep; happened: string; fix: string }[] = [
  {
    name: 'a key of the proxy',
    step: quoted(401, 'AuthenticationError', 'Incorrect API key provided.'),
    happened: 'has no working key for its own upstream',
    fix: 'give gate a working key for its own upstream; your key for gate was not refused',
  },
  {
    name: "a model that the proxy's account may not use",
    step: quoted(403, 'PermissionDeniedError', 'You do not have access to the model.'),
    happened: 'may not use this model at its own upstream',
    fix: 'have this model allowed for the account that gate asks with, or name another one; your key for gate was not refused',
  },
  ...([400, 403, 404] as const).map((status) => ({
    name: `a right of the proxy's account, with ${status}`,
    step: quoted(status, 'APIError', 'Your organization must be verified to use the model `m`.'),
    happened: 'may not do this at its own upstream, though its key is known there',
    fix: 'have whoever runs gate do as it says, or get that allowed at its upstream; your key for gate was not refused',
  })),
  {
    name: "money of the proxy's account",
    step: quoted(429, 'RateLimitError', '{"error":{"code":"insufficient_quota","message":"no"}}'),
    happened: 'has no quota or money left at its own upstream',
    fix: 'pay or raise the limit at the upstream of gate; your key for gate was not refused',
  },
  {
    name: 'a page',
    step: page,
    happened: 'is behind a login, a filter or a proxy, which refused the request',
    fix: openIt,
  },
  {
    name: 'the page of a network that wants a login',
    step: { ...page, status: 511 },
    happened: 'is behind a login, a filter or a proxy, which refused the request',
    fix: openIt,
  },
];

describe.each(cases)('$name', ({ step, happened, fix }) => {
  it('is told in the error of a request that nobody answered', async () => {
    const scene = stage([]);
    scene.host.upstream.answerBy(() => step);
    const { status, text } = await scene.ask();
    expect([400, 429]).toContain(status);
    expect(JSON.parse(text).error.message).toContain(`gate ${happened}`);
    expect(JSON.parse(text).error.message).toContain(`To fix: ${fix}`);
    expect(scene.sent()).toEqual(['one a']);
  });

  it('is told by why, where somebody else has answered, now and while it is held back', async () => {
    const scene = stage(['spare/m']);
    scene.host.upstream.answerBy(({ origin }) => (origin === 'https://one.test' ? step : answered));
    for (let time = 1; time <= 5; time++) {
      expect((await scene.ask()).status).toBe(200);
      const record = scene.lastRecord();
      if (record === undefined) continue;
      const story = describeStory(record, createStory(record, scene.host.clock.now()));
      expect(story).toContain(`because gate/m ${happened}.`);
      // Of what was held back before this request, explain and doctor say what to do.
      if (record.attempts[0]?.failure !== undefined) expect(story).toContain(fix);
    }
    expect(new Set(scene.sent())).toEqual(new Set(['one a', 'two spare']));
  });

  it('is told by explain and doctor while it is held back', async () => {
    const scene = stage([]);
    scene.host.upstream.answerBy(() => step);
    for (let time = 1; time <= 4; time++) await scene.ask();
    const plan = await scene.runtime.plan({ signal: new AbortController().signal });
    const troubles = judgeRoutes(plan);
    const told = troubles.map(({ what }) => what.replace('gate/m ', 'gate ')).join('\n');
    expect(told).toContain(`gate ${happened}`);
    for (const trouble of troubles) expect(trouble.fix?.text).toContain(fix.slice(0, 20));
  });

  it('leaves the key free for other models of the same provider', async () => {
    const scene = stage(['spare/m']);
    scene.host.upstream.answerBy(({ origin, body }) =>
      origin === 'https://one.test' && String(body).includes('"model":"m"') ? step : answered,
    );
    for (let time = 1; time <= 4; time++) await scene.ask();
    await scene.ask({ model: 'gate/other' });
    expect(scene.sent().at(-1)).toBe('one a');
  });
});

it.each<readonly [string, object]>([
  ['beside the error', { provider: 'Big Host', error: { code: 502, message: 'It left' } }],
  [
    'in its metadata',
    { error: { code: 502, message: 'It left', metadata: { provider_name: 'Big Host', raw: 'x' } } },
  ],
])('an upstream that failed and is named %s is told with its name', async (_where, body) => {
  const scene = stage([]);
  scene.host.upstream.answerBy(() => ({ status: 502, chunks: [JSON.stringify(body)] }));
  const { text } = await scene.ask();
  const { message } = JSON.parse(text).error;
  expect(message).toContain('gate was let down by its own upstream Big Host');
  expect(message).toContain(
    'To fix: have gate ask another upstream than Big Host (at OpenRouter with provider: {ignore: [big-host]} in the request',
  );
});

it('an upstream that refused and is named is told in its own words, with its name', async () => {
  const scene = stage([]);
  for (const raw of [
    'Not for you',
    '{"error":"Not for you"}',
    { error: { message: 'Not for you' } },
  ]) {
    const error = { code: 403, message: 'Provider returned error' };
    const body = { error: { ...error, metadata: { raw, provider_name: 'Big Host' } } };
    scene.host.upstream.answerBy(() => ({ status: 403, chunks: [JSON.stringify(body)] }));
    const { message } = JSON.parse((await scene.ask()).text).error;
    expect(message).toContain('of its own upstream Big Host; it said: "Not for you"');
    expect(message).toContain('have gate ask another upstream than Big Host');
  }
});

it('an upstream whose name could be anything is not named', async () => {
  const scene = stage([]);
  const body = { provider: 'Bearer: <b>x</b>', error: { code: 502, message: 'It left' } };
  scene.host.upstream.answerBy(() => ({ status: 502, chunks: [JSON.stringify(body)] }));
  expect((await scene.ask()).text).not.toMatch(/Bearer|<b>/);
});

it('an answer without words is not quoted as something that was said, in error, why and explain', async () => {
  const scene = stage([]);
  const location = 'https://login.test/?next=x';
  scene.host.upstream.answerBy(() => ({ status: 302, headers: { location }, chunks: [] }));
  const { text } = await scene.ask();
  const met = 'HTTP 302, a redirect to login.test';
  expect(JSON.parse(text).error.message).toContain(`what came: ${met}`);
  const record = scene.lastRecord();
  const now = scene.host.clock.now();
  const plan = await scene.runtime.plan({ signal: new AbortController().signal });
  const told = [
    text,
    record === undefined ? '' : describeStory(record, createStory(record, now)),
    ...judgeRoutes(plan).flatMap(({ evidence }) => evidence),
  ];
  expect(told.filter((one) => one.includes(met))).toHaveLength(3);
  expect(told.join('\n').replaceAll('\\"', '"')).not.toContain(`"${met}`);
});

describe('words that say more than no', () => {
  it.each([
    ['利用規約に同意していません。', true],
    ['RBAC: access denied', false],
    ['禁止', false],
    ['You must grant access', true],
  ])('%s: %s', (words, isMore) => {
    expect(saysMore(words)).toBe(isMore);
  });

  it.each([
    '管理画面で同意してください。',
    '请联系管理员开通该模型',
    'Bitte aktivieren Sie das Modell',
  ])('ask for something in other languages too: %s', (words) => {
    expect(advises(words, {})).toBe(true);
  });
});

describe('words', () => {
  const statuses = [400, 401, 403, 404, 409, 418, 429, 451, 500, 502, 503, 511, 529];
  const bodies: readonly (readonly [string, string, boolean])[] = [
    ['a sentence', '{"error":{"message":"no, not today"}}', true],
    ['a sentence in another field', '{"code":9,"msg":"no, not today"}', true],
    ['no body', '', false],
    ['an empty sentence', '{"error":{"message":""}}', false],
    ['a page', '<!doctype html><title>Sign in</title>', false],
  ];

  it.each(bodies)('are quoted if somebody said them: %s', async (_name, body, isSaid) => {
    for (const status of statuses) {
      const scene = stage([]);
      scene.host.upstream.answerBy(() => ({ status, chunks: [body] }));
      void scene.ask();
      await scene.host.advance(120_000);
      const plan = await scene.runtime.plan({ signal: new AbortController().signal });
      const { last } = { last: scene.lastRecord() };
      const told = [
        ...judgeRoutes(plan).flatMap(({ evidence }) => evidence),
        ...(last === undefined ? [] : [describeStory(last, createStory(last, plan.at))]),
      ].join(' ');
      const quotesUs = /"HTTP \d{3} with/.test(told);
      expect([status, told.includes('"no, not today"') || !isSaid, quotesUs]).toEqual([
        status,
        true,
        false,
      ]);
    }
  });

  it('of another form in a 200 are those of the error', async () => {
    const scene = stage([]);
    scene.host.upstream.answerBy(() => ({ chunks: ['{"code":1113,"msg":"账户余额不足"}'] }));
    await scene.ask();
    expect(scene.lastRecord()?.attempts[0]?.failure).toMatchObject({
      class: 'billing',
      message: '账户余额不足',
    });
  });

  it('that look like ours are quoted all the same', async () => {
    const scene = stage([]);
    const step = { status: 401, chunks: ['{"error":{"message":"HTTP 500 with an empty body"}}'] };
    scene.host.upstream.answerBy(() => step);
    const { text } = await scene.ask();
    expect(JSON.parse(text).error.message).toContain('it said: "HTTP 500 with an empty body"');
  });

  it('whose class alone is told in another way are quoted', async () => {
    const scene = stage([]);
    const step = {
      status: 400,
      chunks: ['{"error":{"code":"rate_limit_exceeded","message":"Weekly"}}'],
    };
    scene.host.upstream.answerBy(() => step);
    void scene.ask();
    await scene.host.advance(60_000);
    const { text } = await scene.ask();
    expect(JSON.parse(text).error.message).toContain('it said: "Weekly"');
  });

  it('that are not theirs any more are no quotation', async () => {
    const scene = stage([]);
    const step = { status: 402, chunks: ['{"error":{"message":"Insufficient credits"}}'] };
    scene.host.upstream.answerBy(() => step);
    const { text } = await scene.ask();
    expect(text).toContain('it said, in other words: ');
    expect(text).not.toContain('it said: ');
  });
});
