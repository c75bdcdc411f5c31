import { expect, it } from 'vitest';
import {
  answered,
  type EngineStage,
  refused,
  stageEngine,
} from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';

const twoKeys = {
  main: 'acme/m',
  fallback_chain: ['spare/n'],
  providers: {
    acme: {
      base_url: 'https://acme.test/v1',
      protocol: 'openai-chat',
      credentials: [
        { label: 'work', api_key: 'sk-test-work' },
        { label: 'home', api_key: 'sk-test-home' },
      ],
    },
    spare: { base_url: 'https://spare.test/v1', protocol: 'openai-chat', api_key: 'sk-test-spare' },
  },
};

async function recordAfter(stage: EngineStage, ...steps: readonly UpstreamStep[]) {
  stage.host.upstream.enqueue(...steps);
  await stage.ask();
  const record = stage.lastRecord();
  if (record === undefined) throw new Error('nothing was recorded');
  return record;
}

it('says until when a refused key is left alone, and who set that end', async () => {
  const stage = stageEngine(twoKeys);
  const limited = await recordAfter(stage, refused(429, {}, { 'retry-after': '60' }), answered);
  expect(limited.attempts[0]?.heldBack).toMatchObject({ endSetBy: 'provider' });
  expect((limited.attempts[0]?.heldBack?.until ?? 0) - limited.at).toBeGreaterThanOrEqual(60_000);
  const next = await recordAfter(stage, refused(402), answered);
  expect(next.attempts[0]).toMatchObject({ heldBack: { endSetBy: 'ours' }, foundAt: 'config' });
  expect(next.skipped[0]).toMatchObject({
    cause: 'held-back',
    since: limited.at,
    endSetBy: 'provider',
  });
});

it('keeps with a rescued request what a person can do about what lasts, and only about that', async () => {
  const stage = stageEngine(twoKeys);
  const wrong = { message: 'invalid API key' };
  const refusedKey = await recordAfter(stage, refused(401, wrong), answered);
  expect(refusedKey.fixes?.[0]).toMatch(/^test the key .holdfast auth test acme./);
  const blip = await recordAfter(stage, refused(500), answered);
  expect(blip.outcome).toBe('answered');
  expect(blip.fixes).toEqual(refusedKey.fixes); // the key from before still rests
});

it('keeps what words name that does not go by itself, whoever answered in the end', async () => {
  const fixesAfter = async (message: string) => {
    const stage = stageEngine({
      ...twoKeys,
      auxiliary: {
        title_generation: { provider: 'acme', model: 'm', extra_body: { service_tier: 'flex' } },
      },
    });
    const step = { status: 503, chunks: [JSON.stringify({ error: { message } })] };
    stage.host.upstream.answerBy(({ origin }) =>
      origin === 'https://acme.test' ? step : answered,
    );
    await stage.ask({ model: 'title_generation' });
    return stage.lastRecord()?.fixes;
  };
  expect(await fixesAfter('EngineCore encountered an issue.')).toEqual([
    expect.stringMatching(/^start the server at https:\/\/acme\.test again/),
  ]);
  expect(await fixesAfter('`flex` tier capacity exceeded, please try again later.')).toEqual([
    'only the tier flex of acme is full, which auxiliary.title_generation.extra_body.service_tier asks for: holdfast config unset auxiliary.title_generation.extra_body.service_tier',
  ]);
  expect(await fixesAfter('overloaded, please try again later.')).toBe(undefined);
});

it.each([
  ['a field', { extra_body: { think: false } }, 'extra_body.think'],
  ['no field of its own', { extra_body: { top_k: 5 } }, undefined],
])(
  'keeps what the configuration adds, is refused, and will be again, whoever answered: %s',
  async (_name, added, setting) => {
    const stage = stageEngine({
      ...twoKeys,
      auxiliary: { title_generation: { provider: 'acme', model: 'm', ...added } },
    });
    const message = 'Unrecognized request argument supplied: think';
    stage.host.upstream.answerBy(({ origin }) =>
      origin === 'https://acme.test' ? refused(400, { message }) : answered,
    );
    await stage.ask({ model: 'title_generation' });
    expect(stage.lastRecord()?.outcome).toBe('answered');
    const key = `auxiliary.title_generation.${setting}`;
    expect(stage.lastRecord()?.fixes).toEqual(
      setting === undefined
        ? undefined
        : [expect.stringMatching(RegExp(`^acme does not take .*${key}.*config unset ${key}`))],
    );
  },
);

it.each([
  ['ECONNREFUSED', 'nothing listens', /^start the server at/],
  ['ENOTFOUND', 'no server has the name', /^correct the host in/],
  ['ENETUNREACH', 'connect ENETUNREACH 10.0.0.9:443', /is a VPN down\?$/],
  ['ECONNRESET', 'reset', undefined],
])(
  'keeps what is in the way until it is mended, though another answers: %s',
  async (code, said, fix) => {
    const stage = stageEngine(twoKeys);
    const error = Object.assign(new Error(said), { code });
    stage.host.upstream.answerBy(({ origin }) =>
      origin === 'https://acme.test' ? { error } : answered,
    );
    await stage.ask();
    expect(stage.lastRecord()?.outcome).toBe('answered');
    expect(stage.lastRecord()?.fixes?.[0]).toEqual(
      fix === undefined ? undefined : expect.stringMatching(fix),
    );
  },
);

it('says of a refused key what its form tells, and tests no such key again', async () => {
  const stage = stageEngine({
    main: 'anthropic/claude-haiku-4-5',
    providers: { anthropic: { api_key: `sk-ant-oat01-${'a1B2'.repeat(20)}` } },
  });
  stage.host.upstream.answerBy(() => refused(401));
  await stage.ask();
  const [fix = ''] = stage.lastRecord()?.fixes ?? [];
  expect(fix).toMatch(
    /^the key is a token of a Claude subscription .*: .*a key that works from https:/,
  );
  expect(fix).not.toContain('auth test');
});

it('has nothing to fix where the same key answers after all', async () => {
  const stage = stageEngine({
    ...twoKeys,
    providers: {
      ...twoKeys.providers,
      acme: {
        ...twoKeys.providers.acme,
        credentials: [{ label: 'work', api_key: 'sk-test-work' }],
      },
    },
  });
  await recordAfter(stage, answered);
  const record = await recordAfter(stage, refused(401), answered);
  expect(record.attempts).toHaveLength(2);
  expect(record.fixes).toBeUndefined();
});

it('tells the prompts of requests in trouble apart without their words, and leaves healthy requests alone', async () => {
  const stage = stageEngine(twoKeys);
  const healthy = await recordAfter(stage, answered);
  const one = await recordAfter(stage, refused(402), answered);
  const again = await recordAfter(stage, refused(402), answered);
  expect(healthy.promptDigest).toBeUndefined();
  expect(one.promptDigest).toMatch(/^[0-9a-f]{16}$/);
  expect(again.promptDigest).toBe(one.promptDigest);
  stage.host.upstream.enqueue(refused(500), answered);
  await stage.ask({
    body: {
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'hello' }] },
        { role: 'assistant', content: 'x' },
      ],
    },
  });
  expect(stage.lastRecord()?.promptDigest).toBe(one.promptDigest);
  stage.host.upstream.enqueue(refused(500), answered);
  await stage.ask({ body: { messages: [{ role: 'user', content: 'other' }] } });
  expect(stage.lastRecord()?.promptDigest).not.toBe(one.promptDigest);
});

it('keeps with a rescued request the short limit of the configuration that ended an attempt', async () => {
  const acme = { ...twoKeys.providers.spare, base_url: 'https://acme.test/v1' };
  const providers = { ...twoKeys.providers, acme };
  for (const [timeout, fix] of [
    [3, /^give it more time: raise providers\.acme\.timeout/],
    [90, undefined],
  ] as const) {
    const limited = { ...acme, timeout };
    const stage = stageEngine({ ...twoKeys, providers: { ...providers, acme: limited } });
    const record = await recordAfter(stage, { silent: true }, answered);
    expect(record.outcome).toBe('answered');
    if (fix === undefined) expect(record.fixes).toBeUndefined();
    else expect(record.fixes?.[0]).toMatch(fix);
  }
});

it.each([
  ['what its only server said, while it waited', {}, /^look at the log of the server/],
  ['nothing of it, while another was asked', { fallback_chain: ['spare/n'] }, undefined],
])('keeps for a caller that left %s', async (_, chain, expected) => {
  const own = { base_url: 'http://127.0.0.1:8000/v1', protocol: 'openai-chat', auth: 'none' };
  const { spare } = twoKeys.providers;
  const stage = stageEngine({ main: 'acme/m', ...chain, providers: { acme: own, spare } });
  const isSilent = (origin: string): boolean => origin.startsWith('https://spare');
  stage.host.upstream.answerBy(({ origin }) =>
    isSilent(origin) ? { silent: true } : refused(500),
  );
  const stay = new AbortController();
  const gone = stage.begin({ signal: stay.signal }).catch(() => undefined);
  await stage.host.advance(5000);
  stay.abort();
  await stage.host.advance(0);
  await gone;
  const { outcome, fixes } = stage.lastRecord() ?? {};
  expect(outcome).toBe('client-gone');
  if (expected === undefined) expect(fixes).toBeUndefined();
  else expect(fixes?.[0]).toMatch(expected);
});
