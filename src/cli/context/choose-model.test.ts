/** The second question of `init`: no answer becomes a model's name that cannot be one. */

import { describe, expect, it } from 'vitest';
import { createFakeHost, type UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { builtinEntries } from '../../providers/builtin.ts';
import { type Chosen, chooseModel } from './choose-model.ts';

const lists = (...ids: readonly string[]): UpstreamStep => ({
  chunks: [JSON.stringify({ data: ids.map((id) => ({ id })) })],
});
const down: UpstreamStep = {
  error: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1'), { code: 'ECONNREFUSED' }),
};
const builtin = (name: string): Chosen => ({
  name,
  entry: builtinEntries.find((entry) => entry.name === name),
});
const own = (baseUrl: string): Chosen => ({ name: 'own', baseUrl });

/** Plays the question; `answers` are typed one after the other. */
async function play(chosen: Chosen, steps: readonly UpstreamStep[], ...answers: readonly string[]) {
  const host = createFakeHost();
  host.upstream.enqueue(...steps);
  const left = [...answers];
  let shown = '';
  const found = await chooseModel(
    {
      host,
      signal: new AbortController().signal,
      ask: async (prompt) => {
        const answer = left.shift();
        if (answer === undefined) throw new Error(`unanswered: ${prompt}`);
        shown += `${prompt}${answer}\n`;
        return answer;
      },
      talk: (text) => {
        shown += text;
      },
    },
    chosen,
  );
  expect(left).toEqual([]);
  return {
    ...found,
    shown,
    asked: host.upstream.requests.map(({ origin, path }) => origin + path),
  };
}

describe.each([
  ['ollama', 'http://127.0.0.1:11434/v1'],
  ['llamacpp', 'http://127.0.0.1:8080/v1'],
  ['vllm', 'http://127.0.0.1:8000/v1'],
  ['lmstudio', 'http://127.0.0.1:1234/v1'],
])('%s', (name, address) => {
  const chosen = builtin(name);

  it('is asked for its models; Enter takes the first that writes text', async () => {
    const { model, shown, asked } = await play(chosen, [lists('nomic-embed-text', 'qwen3:8b')], '');
    expect(asked).toEqual([`${address}/models`]);
    expect([model, shown]).toEqual([
      'qwen3:8b',
      `Models of ${name} at ${address}:\n  1. nomic-embed-text\n  2. qwen3:8b\n2. Model, by number or name [qwen3:8b]: \n`,
    ]);
  });

  it('that does not run is named with its address, and a name is taken all the same', async () => {
    const { model, shown } = await play(chosen, [down], '', 'qwen3:8b');
    expect(shown).toContain(`no server runs at ${address} (ECONNREFUSED): start it`);
    expect(shown).toContain(`enter a model's name as the server at ${address} lists it`);
    expect(model).toBe('qwen3:8b');
  });
});

it.each([
  ['2', 'llama3.1:70b'],
  ['qwen3:8b', 'qwen3:8b'],
  ['own/qwen3:8b', 'qwen3:8b'],
  ['0', /there is no 0: a number from 1 to 2/],
  ['3', /there is no 3: a number from 1 to 2/],
  ['http://localhost:11434', /is an address/],
  ['localhost:11434', /is an address/],
  ['10.0.0.7', /is an address/],
  ['[::1]:8080/v1', /is an address/],
  ['host.example:8000/v1', /is an address/],
  ['qwen3:8', /has no qwen3:8; did you mean qwen3:8b\?/],
  ['something else', /is not a model name/],
  ['own/', /is not a model name/],
])('of a server with a list, %j is %s', async (said, expected) => {
  const chosen = own('http://host.example/v1');
  const listed = lists('qwen3:8b', 'llama3.1:70b');
  if (typeof expected === 'string') {
    expect((await play(chosen, [listed], said)).model).toBe(expected);
    return;
  }
  const { shown, model } = await play(chosen, [listed], said, '1');
  expect([shown, model]).toEqual([expect.stringMatching(expected), 'qwen3:8b']);
});

describe('a server of the user', () => {
  it('with hundreds of models shows some, and takes any by its name', async () => {
    const ids = Array.from({ length: 300 }, (_, index) => `m${index + 1}x`);
    const { model, shown } = await play(own('http://host.example/v1'), [lists(...ids)], 'm300x');
    expect(model).toBe('m300x');
    expect(shown).toContain('  40. m40x\n  and 260 more\n2. Model');
  });

  it('whose address lacks its /v1 is found there', async () => {
    const steps = [{ status: 404 }, lists('m')];
    const { chosen, asked } = await play(own('http://127.0.0.1:9000'), steps, '1');
    expect(chosen.baseUrl).toBe('http://127.0.0.1:9000/v1');
    expect(asked).toEqual(['http://127.0.0.1:9000/models', 'http://127.0.0.1:9000/v1/models']);
  });

  it('that wants a key first is told of, and a name is taken', async () => {
    const { chosen, model, shown } = await play(
      own('https://x.example/v1'),
      [{ status: 401 }],
      'm',
    );
    expect([chosen.baseUrl, model]).toEqual(['https://x.example/v1', 'm']);
    expect(shown).toContain('https://x.example/v1 lists no models: it answered 401');
  });

  it('without a model says so', async () => {
    const { shown } = await play(builtin('ollama'), [lists()], '4', 'm');
    expect(shown).toContain('has no models yet');
    expect(shown).toContain('4 is not a model name');
  });
});

it('a vendor is not asked: the catalogue has some of its models, and any name is taken', async () => {
  const { model, shown, asked } = await play(builtin('deepseek'), [], 'deepseek/other');
  expect([model, asked]).toEqual(['other', []]);
  expect(shown).toMatch(/Models of deepseek, among others:\n {2}1\. /);
});
