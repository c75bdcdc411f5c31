/**
 * The answer when nobody could answer: every candidate once, with cause and end, in words and as
 * facts (law 11).
 */

import { describe, expect, it } from 'vitest';
import {
  answered,
  type EngineStage,
  refused,
  stageEngine,
} from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';

const server = (host: string, credentials: readonly object[]): object => ({
  base_url: `https://${host}.test/v1`,
  protocol: 'openai-chat',
  credentials,
});
const config = {
  main: 'one/m',
  fallback_chain: ['two/n'],
  providers: {
    one: server('one', [
      { label: 'a', api_key: 'sk-test-a' },
      { label: 'gone', env: 'NOT_SET' },
    ]),
    two: server('two', [{ label: 'c', api_key: 'sk-test-c' }]),
  },
};
const poor = refused(402, { message: 'Insufficient Balance' });
const limited = refused(429, {}, { 'retry-after': '3600' });

interface Listed {
  readonly target: string;
  readonly cause: string;
  readonly until: string;
}

interface ErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly holdfast: {
      readonly earliest_retry: string;
      readonly candidates: readonly Listed[];
      readonly unlisted?: readonly Listed[];
    };
  };
}

function parseError(text: string): ErrorBody['error'] {
  return (JSON.parse(text) as ErrorBody).error;
}

describe('the exhausted answer', () => {
  it('lists who was tried and who was passed over, each with cause, requests and end', async () => {
    const stage = stageEngine(config);
    stage.host.upstream.enqueue(poor, limited);
    const { text } = await stage.ask();
    const { holdfast } = parseError(text);
    expect(holdfast.candidates).toEqual([
      {
        target: 'one/m',
        credential: 'one:config:a',
        was: 'tried',
        requests: 1,
        cause: 'billing',
        until: expect.any(String),
      },
      expect.objectContaining({ target: 'two/n', was: 'tried', requests: 1, cause: 'rate-limit' }),
      {
        target: 'one/m',
        credential: 'one:config:gone',
        was: 'skipped',
        requests: 0,
        cause: 'auth-missing',
      },
    ]);
    expect(stage.lastRecord()?.candidates?.map(({ target }) => target)).toEqual([
      'one/m',
      'two/n',
      'one/m',
    ]);
  });

  it('puts whoever was never looked at into the record too, each once', async () => {
    const stage = stageEngine(config);
    stage.host.upstream.enqueue(refused(400), refused(400));
    await stage.ask();
    expect(stage.lastRecord()?.skipped).toEqual([
      {
        target: 'one/m',
        credential: 'one:config:gone',
        cause: 'auth-missing',
        reason: expect.stringContaining('NOT_SET'),
      },
    ]);
  });

  it('says for each that was tried when it may be used again, and the first of these times', async () => {
    const stage = stageEngine(config);
    const at = (ms: number): string =>
      new Date(stage.host.clock.now() + ms).toISOString().slice(0, 15);
    stage.host.upstream.enqueue(poor, limited);
    const { message, holdfast } = parseError((await stage.ask()).text);
    expect(message).toMatch(
      /402 .* – waiting does not help; looked at again in 15 min \(\d\d:\d\d\); two.* – asked again in \d+ min/,
    );
    expect(holdfast.earliest_retry.slice(0, 15)).toBe(at(15 * 60_000));
    expect(message).toMatch(
      /\. Earliest retry in 15 min \(\d\d:\d\d\); until then it is retried at most every 60 s\. To fix: /,
    );
  });

  it('tells a time once, where there is one alone', async () => {
    const stage = stageEngine({ ...config, fallback_chain: [] });
    stage.host.upstream.enqueue(poor);
    const { message } = parseError((await stage.ask()).text);
    expect(message.match(/\(\d\d:\d\d\)/g)).toHaveLength(1);
    expect(message).not.toContain('Earliest');
    expect(message).toContain('. Until then it is retried at most every 60 s.');
  });

  it('lists those that are held back the next time, and asks none of them', async () => {
    const stage = stageEngine(config);
    stage.host.upstream.enqueue(poor, limited);
    await stage.ask();
    const { holdfast } = parseError((await stage.ask()).text);
    expect(holdfast.candidates.map(({ target, cause }) => [target, cause])).toEqual([
      ['one/m', 'held-back'],
      ['one/m', 'auth-missing'],
      ['two/n', 'held-back'],
    ]);
    expect(stage.sent()).toHaveLength(2);
  });
});

describe('the code of the exhausted answer', () => {
  const spare = { label: 'b', api_key: 'sk-test-b' };
  it.each<[string, readonly UpstreamStep[], string]>([
    ['the first target has', [poor, limited], 'billing'],
    ['the first key has, of several', [refused(401), poor, limited], 'auth-rejected'],
  ])('is what %s, and stays so while that is held back', async (_name, answers, code) => {
    const keys = answers.length === 2 ? [] : [spare];
    const one = server('one', [{ label: 'a', api_key: 'sk-test-a' }, ...keys]);
    const stage = stageEngine({ ...config, providers: { ...config.providers, one } });
    stage.host.upstream.enqueue(...answers);
    const codes = [
      parseError((await stage.ask()).text).code,
      parseError((await stage.ask()).text).code,
    ];
    expect(codes).toEqual([code, code]);
    expect(stage.lastRecord()?.cause).toBe(code);
  });
});

interface Crowd {
  readonly keys: number;
  /** What the key of this number is answered. */
  readonly answer: (index: number) => UpstreamStep;
  /** Default: as in `server`. */
  readonly speaks?: object;
  /** Where the chain goes on. Default: nowhere. */
  readonly behind?: object;
}

/** One provider with many keys, `k0` and on. */
function stageCrowd({ keys, answer, speaks, behind }: Crowd): EngineStage {
  const several = Array.from({ length: keys }, (_, index) => ({
    label: `k${index}`,
    api_key: `sk-test-${index}`,
  }));
  const one = { ...server('one', several), ...speaks };
  const providers = { one, ...(behind === undefined ? {} : { two: behind }) };
  const chain = behind === undefined ? [] : ['two/n'];
  const stage = stageEngine({ main: 'one/m', fallback_chain: chain, providers });
  const indexOf = (key = ''): number => Number(key.replace('Bearer sk-test-', ''));
  stage.host.upstream.answerBy(({ headers }) => answer(indexOf(headers['authorization'])));
  return stage;
}

describe('a route with more keys than one request may try', () => {
  it('is worth a retry at once while a key is free that was not asked, and says how many are (law 11)', async () => {
    const stage = stageCrowd({
      keys: 14,
      answer: (index) => (index < 12 ? refused(401) : answered),
    });
    const { status, headers, text } = await stage.ask();
    expect([status, headers['retry-after'], headers['x-should-retry']]).toEqual([
      429,
      '1',
      undefined,
    ]);
    const { message, holdfast } = parseError(text);
    const now = new Date(stage.host.clock.now()).toISOString();
    expect(holdfast).toMatchObject({
      earliest_retry: now,
      unlisted: [{ target: 'one/m', count: 2, until: now }],
    });
    expect(message).toContain(
      '; and 8 more keys of one/m, next free now: this request has used up its attempts',
    );
    expect(stage.lastRecord()?.unlisted).toEqual([
      { target: 'one/m', count: 2, until: stage.host.clock.now() },
    ]);
    expect((await stage.ask()).status).toBe(200);
  });

  it('says the same in the shape of Anthropic', async () => {
    const speaks = { protocol: 'anthropic-messages', auth: 'bearer' };
    const stage = stageCrowd({ keys: 14, answer: () => refused(401), speaks });
    const { status, headers, text } = await stage.ask({ path: '/v1/messages' });
    expect([status, headers['retry-after']]).toEqual([429, '1']);
    expect(JSON.parse(text)).toMatchObject({
      type: 'error',
      error: {
        type: 'rate_limit_error',
        message: expect.stringContaining('; and 8 more keys of one/m, next free now'),
        details: { error_code: 'auth-rejected' },
        holdfast: { unlisted: [{ target: 'one/m', count: 2 }] },
      },
    });
  });

  it('says so of a target that needs no key, too', async () => {
    const behind = { base_url: 'https://two.test/v1', protocol: 'openai-chat', auth: 'none' };
    const stage = stageCrowd({
      keys: 12,
      answer: () => refused(401, { message: 'invalid API key' }),
      behind,
    });
    const { status, text } = await stage.ask();
    expect([status, parseError(text).message]).toEqual([
      429,
      expect.stringContaining(
        '; and two/n, free now: this request has used up its attempts or its time. Earliest',
      ),
    ]);
  });

  it('is not, where the rest was left with its target', async () => {
    const stage = stageCrowd({ keys: 14, answer: () => ({ chunks: ['{}'] }) });
    const { status, text } = await stage.ask();
    expect([status, parseError(text).message]).toEqual([
      400,
      expect.not.stringContaining('more key'),
    ]);
    expect(parseError(text).holdfast).not.toHaveProperty('unlisted');
  });

  it.each([20, 100])(
    'names a few of %i held-back ones with their labels, counts the others, and knows the first end of all',
    async (keys) => {
      const endMs = (index: number): number => 7_200_000 - 60_000 * index;
      const answer = (index: number): UpstreamStep =>
        refused(429, {}, { 'retry-after': String(endMs(index) / 1000) });
      const stage = stageCrowd({ keys, answer });
      while (stage.sent().length < keys) await stage.ask();
      const { status, headers, text } = await stage.ask();
      expect([status, headers['x-should-retry'], stage.sent().length]).toEqual([
        400,
        'false',
        keys,
      ]);
      const { message, holdfast } = parseError(text);
      expect(message).toMatch(
        /one\/m with the key `k\d+` \(given config\) rests [^;]*; one\/m with the key `k\d+` /,
      );
      expect(message).toContain(`; and ${keys - 6} more keys of one/m, next free in `);
      expect(message.length).toBeLessThan(1000);
      const ends = [...holdfast.candidates, ...(holdfast.unlisted ?? [])]
        .map(({ until }) => until)
        .sort();
      expect(ends[0]).toBe(holdfast.earliest_retry);
      const waitMs = Date.parse(holdfast.earliest_retry) - stage.host.clock.now();
      expect(waitMs / endMs(keys - 1)).toBeGreaterThan(0.95);
      expect(waitMs / endMs(keys - 1)).toBeLessThan(1.06);
    },
  );
});
