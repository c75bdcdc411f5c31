/**
 * A prompt that is too long for one target: who is asked then, what is learned of it, and what the
 * caller gets in the end (law 15).
 */

import { describe, expect, it } from 'vitest';
import { readCases } from '../../../scripts/lib/failure-corpus.ts';
import {
  answered,
  type EngineStage,
  refused,
  stageEngine,
} from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';

interface Windows {
  readonly one?: number;
  readonly two?: number;
  readonly three?: number;
}

const tooLong = 'Please reduce the length of the messages.';
const overflow = (message = tooLong): UpstreamStep =>
  refused(400, { message, code: 'context_length_exceeded' });
const stating = (tokens: number): UpstreamStep =>
  overflow(
    `This model's maximum context length is ${tokens} tokens. However, you requested 150133 tokens.`,
  );

function stage(windows: Windows = {}, more: object = {}): EngineStage {
  const server = (host: keyof Windows): object => ({
    base_url: `https://${host}.test/v1`,
    protocol: 'openai-chat',
    api_key: `sk-test-${host}`,
    ...(windows[host] === undefined ? {} : { models: { m: { context_window: windows[host] } } }),
  });
  return stageEngine({
    main: 'one/m',
    fallback_chain: ['two/m', 'three/m'],
    providers: { one: server('one'), two: server('two'), three: server('three') },
    ...more,
  });
}

async function play(engine: EngineStage, ...script: readonly UpstreamStep[]): Promise<number> {
  engine.host.upstream.enqueue(...script);
  return (await engine.ask()).status;
}

describe('after a context overflow', () => {
  it.each<[string, { windows: Windows; script: readonly UpstreamStep[]; sent: string }]>([
    [
      'a target of unknown size is asked',
      { windows: {}, script: [overflow(), answered], sent: 'one two' },
    ],
    [
      'and beside a known one too',
      { windows: { one: 9000 }, script: [overflow(), answered], sent: 'one two' },
    ],
    [
      'and where only the other is known',
      { windows: { two: 9000 }, script: [overflow(), answered], sent: 'one two' },
    ],
    [
      'one that is larger is',
      { windows: { one: 9000, two: 9001 }, script: [overflow(), answered], sent: 'one two' },
    ],
    [
      'one as small is not',
      { windows: { one: 9000, two: 9000 }, script: [overflow(), answered], sent: 'one three' },
    ],
    [
      'one that is smaller is not',
      { windows: { one: 9000, two: 8000 }, script: [overflow(), answered], sent: 'one three' },
    ],
    [
      'the figure of the refusal outranks what was known: too small',
      { windows: { one: 4000, two: 8000 }, script: [stating(8000), answered], sent: 'one three' },
    ],
    [
      'the figure of the refusal outranks what was known: large enough',
      {
        windows: { one: 128_000, two: 128_000 },
        script: [stating(64_000), answered],
        sent: 'one two',
      },
    ],
    [
      'the figure of each refusal counts for those after it',
      { windows: { three: 32_000 }, script: [stating(8000), stating(32_000)], sent: 'one two' },
    ],
    [
      'nobody is asked twice',
      { windows: {}, script: [overflow(), overflow(), overflow()], sent: 'one two three' },
    ],
  ])('%s', async (_name, { windows, script, sent }) => {
    const engine = stage(windows);
    const status = await play(engine, ...script);
    expect(
      engine
        .sent()
        .map((one) => one.split(' ')[0])
        .join(' '),
    ).toBe(sent);
    expect(status).toBe(script.includes(answered) ? 200 : 400);
  });

  it.each<[string, readonly UpstreamStep[], object]>([
    ['another overflow', [overflow('the second'), overflow('the third')], {}],
    ['a wrong key', [refused(401), refused(401)], {}],
    [
      'a limit',
      [refused(429, {}, { 'retry-after': '900' }), refused(429, {}, { 'retry-after': '900' })],
      {},
    ],
    ['nobody who has a key', [], { fallback_chain: ['keyless/m'] }],
  ])(
    'the first refusal stands as it was said, where what follows is %s',
    async (_name, rest, more) => {
      const keyless = {
        base_url: 'https://four.test/v1',
        protocol: 'openai-chat',
        credentials: [{ env: 'NOT_SET' }],
      };
      const server = (host: string): object => ({
        base_url: `https://${host}.test/v1`,
        protocol: 'openai-chat',
        api_key: `sk-test-${host}`,
      });
      const providers = { one: server('one'), two: server('two'), three: server('three'), keyless };
      const engine = stage({}, { providers, ...more });
      engine.host.upstream.enqueue(overflow(), ...rest);
      const { status, text } = await engine.ask();
      expect(status).toBe(400);
      expect(JSON.parse(text)).toEqual({
        error: { message: tooLong, code: 'context_length_exceeded' },
      });
    },
  );

  it('says in the record who was left out, and by how much', async () => {
    const engine = stage({ one: 9000, two: 8000 });
    await play(engine, overflow(), answered);
    expect(engine.lastRecord()?.skipped).toEqual([
      {
        target: 'two/m',
        cause: 'context-overflow',
        reason: 'its context window is no larger than the 9000 tokens of one/m',
      },
    ]);
  });
});

describe('what a refusal has stated', () => {
  it('puts a fallback that is too small behind the others for an hour, and keeps nobody out', async () => {
    const engine = stage();
    const script = [stating(32_000), stating(8000), answered];
    const hosts = async (): Promise<string> => {
      const before = engine.sent().length;
      await play(engine, ...script);
      return engine
        .sent()
        .slice(before)
        .map((one) => one.split(' ')[0])
        .join(' ');
    };
    expect(await hosts()).toBe('one two three');
    script.splice(1, 1);
    expect(await hosts()).toBe('one three');
    script.splice(1, 1, overflow(), answered);
    expect(await hosts()).toBe('one three two');
    await engine.host.advance(3_600_000);
    expect(await hosts()).toBe('one two three');
  });

  it('never keeps a first request away', async () => {
    const engine = stage();
    await play(engine, stating(10), answered);
    expect(await play(engine, answered)).toBe(200);
    expect(engine.sent().at(-1)).toBe('one one');
  });

  it('is forgotten at the first success above it', async () => {
    const engine = stage();
    await play(engine, stating(32_000), stating(8000), answered);
    const large =
      '{"choices":[{"message":{"content":"done"},"finish_reason":"stop"}],"usage":{"prompt_tokens":8001,"completion_tokens":9}}';
    await play(engine, stating(32_000), overflow(), { chunks: [large] });
    await play(engine, stating(32_000), answered);
    expect(engine.sent().slice(-2)).toEqual(['one one', 'two two']);
  });
});

describe('a server that speaks the protocol of the client, and not its words', () => {
  const cases = readCases().filter(({ expect: { class: cause }, answer }) => {
    return cause === 'context-overflow' && answer !== undefined;
  });
  const signs = {
    '/v1/chat/completions': /"code":"context_length_exceeded"/,
    '/v1/responses': /"code":"context_length_exceeded"/,
    '/v1/messages': /prompt is too long|exceed context limit|request_too_large/,
  };
  const paths = ['/v1/chat/completions', '/v1/responses', '/v1/messages'] as const;
  const all = cases.flatMap((found) => paths.map((path) => [found.id, path, found] as const));

  it.each(all)('%s at %s: the refusal is one that agents compact at', async (_id, path, found) => {
    const { status = 400, body = '' } = found.answer ?? {};
    const at = 'http://one.test/v1';
    const base_urls = { 'openai-chat': at, 'openai-responses': at, 'anthropic-messages': at };
    const stage = stageEngine({
      main: `${found.provider}/m`,
      providers: { [found.provider]: { base_urls, auth: 'none' } },
    });
    stage.host.upstream.answerBy(() => ({ status: Math.max(status, 400), chunks: [body] }));
    const told = await stage.ask({ path });
    expect([told.status < 500, told.text]).toEqual([true, expect.stringMatching(signs[path])]);
    expect(stage.host.upstream.requests.map((request) => request.path)).toEqual([path]);
  });
});
