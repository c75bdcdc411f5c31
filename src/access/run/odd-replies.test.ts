/** Names that no header can hold, and a door that breaks: every request comes to an end. */

import { describe, expect, it } from 'vitest';
import { answered, stageEngine } from '../../../test/fakes/engine-stage.ts';

const config = {
  main: 'one/m',
  providers: {
    one: { base_url: 'https://one.test/v1', protocol: 'openai-chat', api_key: 'sk-test-a' },
  },
};

describe('a model whose name no header can hold', () => {
  it.each([
    ['模型', `one/${encodeURIComponent('模型')}`],
    ['a\nb: c', 'one/a%0Ab:%20c'],
    ['half \ud83d', 'one/half%20%EF%BF%BD'],
  ])('is named in plain letters: %j', async (model, expected) => {
    const stage = stageEngine(config);
    stage.host.upstream.enqueue(answered);
    const { status, headers } = await stage.ask({ model: `one/${model}` });
    expect([status, headers['x-holdfast-target']]).toEqual([200, expected]);
  });
});

describe('a caller’s door that breaks', () => {
  it('ends the request with one fault of ours and does not hang', async () => {
    const stage = stageEngine(config);
    stage.host.upstream.enqueue(answered);
    const heads: number[] = [];
    const body = Buffer.from(JSON.stringify({ model: 'main', messages: [] }));
    const { signal } = new AbortController();
    const request = { method: 'POST', path: '/v1/chat/completions', headers: {}, body, signal };
    const head = (status: number): void => {
      heads.push(status);
      if (status === 200) throw new TypeError('invalid header');
    };
    const asked = stage.runtime.exchange(request, {
      head,
      write: () => true,
      onDrain: (resume) => resume(),
      end: () => undefined,
    });
    await stage.host.advance(1);
    await asked;
    expect(heads).toEqual([200, 400]);
  });
});
