import { describe, expect, it } from 'vitest';
import {
  askTitle,
  key,
  missesOf,
  type Said,
  sayStreamed,
  sayWhole,
  startTitles,
  textOf,
} from '../../../test/fakes/title-stage.ts';

const title = 'Fix login redirect loop';
const misses: readonly (readonly [string, string, Said])[] = [
  ['nothing', 'judged-empty', { content: '' }],
  ['reasoning alone', 'judged-only-reasoning', { reasoning: 'the user wants a title' }],
  [
    'reasoning up to the limit',
    'judged-only-reasoning',
    { reasoning: 'the user wants', finish: 'length' },
  ],
  ['a cut', 'judged-cut', { content: 'Fix login', finish: 'length' }],
  ['a refusal', 'judged-refusal', { content: "I'm sorry, but I can't help with that." }],
  ['a refusal in its own field', 'judged-refusal', { more: { refusal: 'No.' } }],
  ['thoughts in the text', 'judged-think-text', { content: '<think>the user wants a title' }],
  [
    'an answer to the conversation',
    'judged-not-the-task',
    { content: 'Sure! First, clear your cookies.' },
  ],
];

describe.each([
  ['whole', false, sayWhole],
  ['streamed', true, sayStreamed],
] as const)('an answer of no use, %s', (_form, stream, say) => {
  it.each(misses)('is a miss, and the next target is asked: %s', async (_name, rule, said) => {
    const { host, runtime } = startTitles();
    host.upstream.enqueue(say(said), say({ content: title }));
    const answer = askTitle(runtime, { stream });
    await host.advance(0);
    expect(textOf(answer)).toBe(title);
    expect(host.upstream.requests.map(({ origin }) => new URL(origin).host)).toEqual([
      'own.test',
      'chain.test',
    ]);
    const [record] = runtime.records();
    expect(missesOf(record)).toEqual([rule, undefined]);
    expect(record?.attempts[0]?.failure?.class).toBe('unusable');
    expect(record?.attempts[0]?.heldBack).toBeUndefined();
    expect(record).toMatchObject({ outcome: 'answered', answeredBy: 'chain/m' });
  });

  it.each<readonly [limit: number | undefined, Said, told: RegExp]>([
    [40, { content: '', finish: 'length' }, /took all 40 tokens that the request allows \(max_tok/],
    [
      undefined,
      { reasoning: 'the user', finish: 'length' },
      /took all that its server allows an answer$/,
    ],
    [40, { content: '' }, /^the answer was empty$/],
  ])('says that thinking took the room, if it was cut: %j %j', async (limit, said, told) => {
    const { host, runtime } = startTitles();
    host.upstream.enqueue(say(said), say({ content: title }));
    askTitle(runtime, { stream, ...(limit !== undefined && { max_tokens: limit }) });
    await host.advance(0);
    expect(runtime.records()[0]?.attempts[0]?.failure?.message).toMatch(told);
  });

  it('leaves none of its words in the record', async () => {
    const { host, runtime } = startTitles();
    host.upstream.enqueue(
      say({ content: 'Sure! First, clear your cookies.' }),
      say({ content: title }),
    );
    askTitle(runtime, { stream });
    await host.advance(0);
    const [record] = runtime.records();
    expect(record?.attempts[0]?.failure?.message).toBe('the answer is not what the task asked for');
    expect(JSON.stringify(record)).not.toContain('cookies');
  });

  it('is an error of its own where nobody has a better one, and nothing of it goes out', async () => {
    const { host, runtime } = startTitles({ fallback: 'none', fallback_chain: [] });
    host.upstream.enqueue(say({ content: 'Sure! First, clear your cookies.' }));
    const answer = askTitle(runtime, { stream });
    await host.advance(0);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body).error).toMatchObject({ code: 'unusable' });
  });

  it.each<readonly [limit: number | undefined, Said, told: RegExp, fix: RegExp]>([
    [
      24,
      { content: '', finish: 'length' },
      /took all 2000 tokens that the request allows/,
      /not reason, .*let the caller allow more than 2000 tokens$/,
    ],
    [
      3000,
      { reasoning: 'the user', finish: 'length' },
      /took all 6000 tokens that the request allows/,
      /let the caller allow more than 6000 tokens$/,
    ],
    [
      undefined,
      { reasoning: 'the user', finish: 'length' },
      /took all that its server allows an answer/,
      /let its server allow longer answers$/,
    ],
    [24, { content: "I'm sorry, but I can't." }, /the model refused/, /^name another model for/],
    [24, { content: '' }, /the answer was empty/, /^name another model for/],
  ])('is mended by what took the room: %j %j', async (limit, said, told, fix) => {
    const { host, runtime } = startTitles({ fallback: 'none', fallback_chain: [] });
    host.upstream.enqueue(say(said), say(said));
    const answer = askTitle(runtime, { stream, ...(limit !== undefined && { max_tokens: limit }) });
    await host.advance(0);
    const { message } = JSON.parse(answer.body).error;
    const [record] = runtime.records();
    expect(message).toMatch(told);
    expect(record?.fixes?.[0]).toMatch(fix);
    expect(message).toContain(record?.fixes?.[0]);
  });

  it('passes thoughts with a title behind them where nobody has a better one', async () => {
    const { host, runtime } = startTitles({ fallback: 'none' });
    const content = `<think>hm</think>\n\n${title}`;
    host.upstream.enqueue(say({ content }), { status: 401 });
    const answer = askTitle(runtime, { stream });
    await host.advance(0);
    expect(textOf(answer)).toBe(content);
  });

  it('proves the key all the same', async () => {
    const { host, runtime } = startTitles();
    host.upstream.enqueue(say({ content: '' }), say({ content: title }));
    askTitle(runtime, { stream });
    await host.advance(0);
    // A key that has worked is suspect, and asked again after a second, where one that never did is
    // rejected at once.
    host.upstream.enqueue({ status: 401 }, say({ content: title }));
    const answer = askTitle(runtime, { stream });
    await host.advance(2000);
    expect(textOf(answer)).toBe(title);
    expect(runtime.records()[1]?.attempts[0]?.failure?.class).toBe('auth-suspect');
  });

  it('is asked for once more with more room where its caller has limited it', async () => {
    const { host, runtime } = startTitles();
    host.upstream.enqueue(say({ reasoning: 'so', finish: 'length' }), say({ content: title }));
    const answer = askTitle(runtime, { stream, max_tokens: 500 });
    await host.advance(0);
    expect(textOf(answer)).toBe(title);
    const sent = host.upstream.requests.map(({ origin, body }) => [
      new URL(origin).host,
      JSON.parse(String(body)).max_tokens,
    ]);
    expect(sent).toEqual([
      ['own.test', 500],
      ['own.test', 2000],
    ]);
    expect(runtime.records()[0]?.notes).toContain('asked with at least 2000 tokens to write');
  });

  it('is asked for once more and no oftener', async () => {
    const { host, runtime } = startTitles();
    const starved = say({ reasoning: 'so', finish: 'length' });
    host.upstream.enqueue(starved, starved, say({ content: title }));
    askTitle(runtime, { stream, max_tokens: 500 });
    await host.advance(0);
    expect(host.upstream.requests.map(({ origin }) => new URL(origin).host)).toEqual([
      'own.test',
      'own.test',
      'chain.test',
    ]);
  });

  it.each([
    [
      'a cut at the small limit of its caller',
      { content: 'Fix login', finish: 'length' },
      { max_tokens: 60 },
    ],
    ['a sign of life', { content: 'Fix', finish: 'length' }, { max_tokens: 1 }],
    [
      'a call of a tool',
      {
        more: {
          tool_calls: [
            { index: 0, id: 'a', type: 'function', function: { name: 't', arguments: '{}' } },
          ],
        },
        finish: 'tool_calls',
      },
      {},
    ],
  ] as const)('is none: %s', async (_name, said, body) => {
    const { host, runtime } = startTitles();
    host.upstream.enqueue(say(said));
    const answer = askTitle(runtime, { stream, ...body });
    await host.advance(0);
    expect(answer.status).toBe(200);
    expect(missesOf(runtime.records()[0])).toEqual([undefined]);
  });

  it('passes as it is with judge: false, byte for byte', async () => {
    const { host, runtime } = startTitles({ judge: false });
    const said = say({ content: 'Sure! First, clear your cookies.' });
    host.upstream.enqueue(said);
    const answer = askTitle(runtime, { stream });
    await host.advance(0);
    expect(answer.body).toBe(said.chunks?.join(''));
  });

  it.each(['main', 'main/m', 'own/m', 'own/other', 'a-small-model'])(
    'is passed on for a request that names %s',
    async (model) => {
      const { host, runtime } = startTitles();
      host.upstream.enqueue(say({ content: "I'm sorry, but I can't help with that." }));
      const messages = [{ role: 'system', content: 'Generate a title for this conversation' }];
      const answer = askTitle(runtime, { stream, model, messages });
      await host.advance(0);
      expect(textOf(answer)).toContain('sorry');
    },
  );
});

describe('a judged stream', () => {
  it('is held back with signs of life until it is judged', async () => {
    const { host, runtime } = startTitles();
    const slow = sayStreamed({ content: 'Fix login redirect loop for good' });
    host.upstream.enqueue({ ...slow, chunkDelayMs: 4000 });
    const answer = askTitle(runtime, { stream: true });
    await host.advance(16_000);
    expect(answer.body).toBe(': waiting\n\n');
    await host.advance(30_000);
    expect(textOf(answer)).toBe('Fix login redirect loop for good');
    expect(answer.body).toContain('data: [DONE]');
  });

  it('that breaks begins anew at the next target, and its half is never told', async () => {
    const { host, runtime } = startTitles({ timeout: 60 });
    const { chunks = [], headers = {} } = sayStreamed({ content: 'Broken title here' });
    host.upstream.enqueue(
      { headers, chunks: chunks.slice(0, 2), stallAfter: true },
      sayStreamed({ content: title }),
    );
    const answer = askTitle(runtime, { stream: true });
    await host.advance(60_000);
    expect(textOf(answer)).toBe(title);
  });

  it('of a task that nothing is known of goes on as it comes', async () => {
    const { host, runtime } = startTitles();
    const { headers = {}, chunks = [] } = sayStreamed({ content: 'Sure! I can help.' });
    host.upstream.enqueue({ headers, chunks, chunkDelayMs: 1000 });
    const answer = askTitle(runtime, { stream: true, model: 'translation' });
    await host.advance(2500);
    expect(answer.body).toContain('Sure!');
  });
});

describe('other protocols', () => {
  it('are given more room alike where the limit stands within another field', async () => {
    const { host, runtime } = startTitles();
    host.upstream.enqueue(
      sayWhole({ reasoning: 'hm', finish: 'length' }),
      sayWhole({ content: title }),
    );
    const contents = [{ role: 'user', parts: [{ text: 'my login redirects' }] }];
    const body = { contents, generationConfig: { maxOutputTokens: 500, temperature: 0 } };
    askTitle(runtime, body, '/v1beta/models/title_generation:generateContent');
    await host.advance(0);
    const sent = host.upstream.requests.map(
      ({ body: bytes }) => JSON.parse(String(bytes)).max_tokens,
    );
    expect(sent).toEqual([500, 2000]);
  });

  it('of a target of that protocol too', async () => {
    const provider = {
      base_url: 'https://own.test/v1beta',
      protocol: 'google-generate-content',
      api_key: key,
    };
    const { host, runtime } = startTitles({}, { own: provider });
    const say = (parts: readonly object[], finishReason: string): object => ({
      chunks: [
        JSON.stringify({ candidates: [{ content: { role: 'model', parts }, finishReason }] }),
      ],
    });
    host.upstream.enqueue(
      say([{ text: 'hm', thought: true }], 'MAX_TOKENS'),
      say([{ text: title }], 'STOP'),
    );
    const contents = [{ role: 'user', parts: [{ text: 'my login redirects' }] }];
    const body = { contents, generationConfig: { maxOutputTokens: 500, temperature: 0 } };
    askTitle(runtime, body, '/v1beta/models/title_generation:generateContent');
    await host.advance(0);
    const sent = host.upstream.requests.map(
      ({ body: bytes }) => JSON.parse(String(bytes)).generationConfig,
    );
    expect(sent).toEqual([
      { maxOutputTokens: 500, temperature: 0 },
      { maxOutputTokens: 2000, temperature: 0 },
    ]);
  });

  it.each([
    ['/v1/messages', { max_tokens: 4000 }, (body: string) => JSON.parse(body).content[0].text],
    [
      '/v1/responses',
      { input: 'name it', messages: undefined },
      (body: string) => JSON.parse(body).output.at(-1).content[0].text,
    ],
  ] as const)('are judged alike: %s', async (path, body, read) => {
    const { host, runtime } = startTitles();
    host.upstream.enqueue(sayWhole({ reasoning: 'hm' }), sayWhole({ content: title }));
    const answer = askTitle(runtime, body, path);
    await host.advance(0);
    expect(read(answer.body)).toBe(title);
    expect(missesOf(runtime.records()[0])).toEqual(['judged-only-reasoning', undefined]);
  });
});
