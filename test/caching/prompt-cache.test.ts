/**
 * Agents behind other protocols pay for a Claude model what they would pay with a good cache, and
 * one-shot requests pay no more.
 */

import { describe, expect, it } from 'vitest';
import { startCaching, sumOf } from './stage.ts';

const words = (count: number, seed: string): string =>
  Array.from({ length: count }, (_, index) => `${seed}${index}`).join(' ');
const schema = {
  type: 'object',
  properties: { path: { type: 'string', description: words(20, 'p') } },
};

/** What an agent says in its requests, as agents were seen to: sizes in words, calls a turn. */
interface Agent {
  readonly name: string;
  readonly protocol: string;
  readonly system: readonly number[];
  readonly tools: number;
  readonly calls: number;
  readonly result: number;
}

const agents: readonly Agent[] = [
  {
    name: 'copilot',
    protocol: 'openai-chat',
    system: [4000, 300],
    tools: 30,
    calls: 1,
    result: 400,
  },
  { name: 'cline', protocol: 'openai-chat', system: [9000], tools: 0, calls: 0, result: 500 },
  { name: 'qwen', protocol: 'openai-chat', system: [3000], tools: 15, calls: 3, result: 150 },
  {
    name: 'an agent of many calls',
    protocol: 'openai-chat',
    system: [2500],
    tools: 12,
    calls: 24,
    result: 40,
  },
  {
    name: 'Codex',
    protocol: 'openai-responses',
    system: [5000, 800],
    tools: 8,
    calls: 2,
    result: 300,
  },
  {
    name: 'Gemini CLI',
    protocol: 'google-generate-content',
    system: [4500],
    tools: 14,
    calls: 1,
    result: 300,
  },
];

const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `tool_${index}`);

/** The request of turn `turns`, in the agent's own protocol. */
function bodyOf({ protocol, system, tools, calls, result }: Agent, turns: number): object {
  const systems = system.map((count, index) => words(count, `s${index}_`));
  const rounds = Array.from({ length: turns }, (_, turn) => ({
    ids: Array.from({ length: calls }, (__, call) => `call_${turn}_${call}`),
    said: words(30, `a${turn}_`),
    result: (call: number) => words(result, `r${turn}_${call}_`),
    asked: words(result, `u${turn}_`),
  }));
  const task = words(60, 'task');
  const args = JSON.stringify({ path: words(5, 'x') });
  if (protocol === 'openai-responses')
    return {
      instructions: systems[0],
      tools: names(tools).map((name) => ({ type: 'function', name, parameters: schema })),
      input: [
        ...systems.slice(1).map((content) => ({ role: 'developer', content })),
        { role: 'user', content: task },
        ...rounds.flatMap(({ ids, said, result: told }) => [
          { role: 'assistant', content: [{ type: 'output_text', text: said }] },
          ...ids.map((call_id) => ({
            type: 'function_call',
            call_id,
            name: 'tool_0',
            arguments: args,
          })),
          ...ids.map((call_id, call) => ({
            type: 'function_call_output',
            call_id,
            output: told(call),
          })),
        ]),
      ],
    };
  if (protocol === 'google-generate-content')
    return {
      systemInstruction: { parts: systems.map((text) => ({ text })) },
      tools: [{ functionDeclarations: names(tools).map((name) => ({ name, parameters: schema })) }],
      contents: [
        { role: 'user', parts: [{ text: task }] },
        ...rounds.flatMap(({ ids, said, result: told }) => [
          {
            role: 'model',
            parts: [
              { text: said },
              ...ids.map((id) => ({ functionCall: { id, name: 'tool_0', args: { path: 'x' } } })),
            ],
          },
          {
            role: 'user',
            parts: ids.map((id, call) => ({
              functionResponse: { id, name: 'tool_0', response: { output: told(call) } },
            })),
          },
        ]),
      ],
    };
  return {
    ...(tools === 0
      ? {}
      : {
          tools: names(tools).map((name) => ({
            type: 'function',
            function: { name, parameters: schema },
          })),
        }),
    messages: [
      ...systems.map((content) => ({ role: 'system', content })),
      { role: 'user', content: task },
      ...rounds.flatMap(({ ids, said, result: told, asked }) => [
        {
          role: 'assistant',
          content: said,
          ...(ids.length === 0
            ? {}
            : {
                tool_calls: ids.map((id) => ({
                  id,
                  type: 'function',
                  function: { name: 'tool_0', arguments: args },
                })),
              }),
        },
        ...(ids.length === 0
          ? [{ role: 'user', content: asked }]
          : ids.map((id, call) => ({ role: 'tool', tool_call_id: id, content: told(call) }))),
      ]),
    ],
  };
}

const oneShot = (seed: string) => ({
  protocol: 'openai-chat',
  body: {
    messages: [
      { role: 'system', content: words(4000, seed) },
      { role: 'user', content: words(2000, `${seed}u`) },
    ],
  },
});
const withTools = (seed: string) => {
  const asked = oneShot(seed);
  const tools = [{ type: 'function', function: { name: 'tool_0', parameters: schema } }];
  return { ...asked, body: { ...asked.body, tools } };
};
const marksIn = (body: string): number => body.split('"cache_control"').length - 1;

describe('ten turns of an agent', () => {
  it.each(agents)('$name reads at least 95 % of what an ideal cache gives', async (agent) => {
    const stage = startCaching();
    for (let turn = 0; turn < 10; turn++) {
      expect(await stage.ask({ protocol: agent.protocol, body: bodyOf(agent, turn) })).toBe(200);
      await stage.host.advance(20_000);
    }
    expect(stage.sent).toHaveLength(10);
    // Without tools the first request may be a one-shot one: it writes nothing, and the second
    // finds nothing.
    const isUnsure = agent.tools === 0;
    const { read, ideal } = sumOf(stage.sent.slice(isUnsure ? 2 : 0));
    expect(ideal).toBeGreaterThan(0);
    expect(read / ideal).toBeGreaterThanOrEqual(0.95);
    // One read of nine is lost so, and less where the conversation grows.
    if (isUnsure)
      expect(sumOf(stage.sent).read / sumOf(stage.sent).ideal).toBeGreaterThanOrEqual(8 / 9);
    for (const { body } of stage.sent) expect(marksIn(body)).toBeLessThanOrEqual(4);
    const [record] = stage.runtime.records().slice(-1);
    expect(record?.usage?.cachedTokens).toBe(stage.sent.at(-1)?.tokens.read);
    await stage.runtime.close();
  });
});

describe('nothing is written', () => {
  it('for one-shot requests', async () => {
    const stage = startCaching();
    for (let index = 0; index < 6; index++) await stage.ask(oneShot(`w${index}`));
    expect(stage.sent.map(({ tokens }) => tokens.written)).toEqual([0, 0, 0, 0, 0, 0]);
    await stage.runtime.close();
  });

  it('for side tasks', async () => {
    const stage = startCaching();
    const { protocol, body } = withTools('w');
    for (let index = 0; index < 3; index++)
      await stage.ask({ protocol, body: { ...body, model: 'title_generation' } });
    expect(stage.sent.map(({ body: written }) => marksIn(written))).toEqual([0, 0, 0]);
    await stage.runtime.close();
  });

  it('with `cache: off`, at the provider or at the model', async () => {
    for (const settings of [
      { cache: 'off' },
      { models: { 'claude-sonnet-4-5': { cache: 'off' } } },
    ]) {
      const stage = startCaching({ settings });
      for (let index = 0; index < 3; index++) await stage.ask(withTools('w'));
      expect(stage.sent.map(({ body }) => marksIn(body))).toEqual([0, 0, 0]);
      await stage.runtime.close();
    }
  });

  it('below the minimum of the model', async () => {
    const stage = startCaching({ model: 'claude-haiku-4-5', minimum: 4096 });
    const agent = {
      name: '',
      protocol: 'openai-chat',
      system: [500],
      tools: 2,
      calls: 1,
      result: 20,
    };
    for (let turn = 0; turn < 4; turn++)
      await stage.ask({ protocol: 'openai-chat', body: bodyOf(agent, turn) });
    expect(stage.sent.map(({ body }) => marksIn(body))).toEqual([0, 0, 0, 0]);
    await stage.runtime.close();
  });

  it('with a forced tool, before its prompt was seen', async () => {
    const stage = startCaching();
    const { protocol, body } = withTools('w');
    const forced = { ...body, tool_choice: { type: 'function', function: { name: 'tool_0' } } };
    for (let index = 0; index < 3; index++) await stage.ask({ protocol, body: forced });
    expect(stage.sent.map(({ tokens }) => tokens.written > 0)).toEqual([false, true, false]);
    expect(stage.sent[2]?.tokens.read).toBeGreaterThan(0);
    await stage.runtime.close();
  });

  it('for an hour after three writes that nobody has read; another caller is not meant', async () => {
    const stage = startCaching();
    for (let index = 0; index < 5; index++) await stage.ask(withTools(`w${index}`));
    await stage.host.advance(50 * 60_000);
    await stage.ask(withTools('later'));
    await stage.ask({ ...withTools('other'), caller: 'somebody else' });
    await stage.host.advance(15 * 60_000);
    await stage.ask(withTools('last'));
    expect(stage.sent.map(({ tokens }) => tokens.written > 0)).toEqual([
      ...[true, true, true, false, false],
      ...[false, true, true],
    ]);
    await stage.runtime.close();
  });
});

it('three conversations that begin at once go on with their caches', async () => {
  const stage = startCaching();
  const agent = (seed: number) =>
    ({ ...agents[0], system: [4000 + seed], protocol: 'openai-chat' }) as Agent;
  for (let turn = 0; turn < 4; turn++)
    for (const seed of [1, 2, 3])
      await stage.ask({ protocol: 'openai-chat', body: bodyOf(agent(seed), turn) });
  const later = stage.sent.slice(3);
  expect(later.every(({ tokens }) => tokens.read >= 0.95 * tokens.ideal)).toBe(true);
  await stage.runtime.close();
});

it('a system prompt that comes again within five minutes is written once, and what the user says is not', async () => {
  const stage = startCaching();
  const body = (question: string) => ({
    messages: [
      { role: 'system', content: words(4000, 's') },
      { role: 'user', content: words(3000, question) },
    ],
  });
  for (const question of ['a', 'b', 'c'])
    await stage.ask({ protocol: 'openai-chat', body: body(question) });
  const [first, second, third] = stage.sent.map(({ tokens }) => tokens);
  expect(first?.written).toBe(0);
  expect(third?.read).toBe(second?.written);
  expect(third?.written).toBe(0);
  await stage.runtime.close();
});

describe('a client that marks', () => {
  const mark = { cache_control: { type: 'ephemeral', ttl: '1h' } };
  const text = (said: string, more: object = {}): object => ({ type: 'text', text: said, ...more });
  const sentBy = async (body: object, settings = {}) => {
    const stage = startCaching({ settings });
    await stage.ask({ protocol: 'openai-chat', body });
    await stage.runtime.close();
    return JSON.parse(stage.sent[0]?.body ?? '{}');
  };

  it('has its marks where it set them, and no other; with `cache: off` too', async () => {
    const call = { id: 'call_1', type: 'function', function: { name: 'tool_0', arguments: '{}' } };
    for (const settings of [{}, { cache: 'off' }]) {
      const body = await sentBy(
        {
          tools: [
            { type: 'function', function: { name: 'tool_0', parameters: schema }, ...mark },
            { type: 'function', function: { name: 'tool_1', parameters: schema } },
          ],
          messages: [
            { role: 'system', content: [text('be short', mark), text('and '), text('kind')] },
            { role: 'user', content: [text('hello'), text('there')] },
            { role: 'assistant', content: 'I look', tool_calls: [call] },
            { role: 'tool', tool_call_id: 'call_1', content: [text('seen', mark)] },
            { role: 'user', content: [text('go on', mark)] },
          ],
        },
        settings,
      );
      expect(body.tools.map((tool: object) => 'cache_control' in tool)).toEqual([true, false]);
      expect(body.system).toEqual([text('be short', mark), text('and kind')]);
      expect(body.messages[2].content).toMatchObject([
        { type: 'tool_result', ...mark },
        text('go on', mark),
      ]);
      expect(marksIn(JSON.stringify(body))).toBe(4);
    }
  });

  it('has the last four of more, wherever they stand', async () => {
    const messages = Array.from({ length: 7 }, (_, index) => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      content: `turn ${index}`,
      ...mark,
    }));
    const body = await sentBy({ messages });
    const marked = body.messages.flatMap(({ content }: { content: object[] }) =>
      content.map((block) => 'cache_control' in block),
    );
    expect(marked).toEqual([false, false, false, true, true, true, true]);
  });

  it('has the mark of its request, which counts as one of the four', async () => {
    const messages = Array.from({ length: 5 }, (_, index) => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      content: [text(`turn ${index}`, index % 2 === 0 ? mark : {})],
      ...(index % 2 === 1 ? mark : {}),
    }));
    const body = await sentBy({ messages, ...mark });
    expect(body.cache_control).toEqual(mark.cache_control);
    expect(marksIn(JSON.stringify(body))).toBe(4);
  });
});
