import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.ts';
import { createHoldfast, type Holdfast } from './holdfast.ts';

function start(): { host: FakeHost; holdfast: Holdfast } {
  const host = createFakeHost();
  const provider = {
    protocol: 'openai-chat',
    api_key: 'sk-test-side-tasks',
    base_url: 'https://one.test/v1',
  };
  return {
    host,
    holdfast: createHoldfast({ host, config: { main: 'one/m', providers: { one: provider } } }),
  };
}

function say(content: string): { chunks: string[] } {
  return {
    chunks: [JSON.stringify({ choices: [{ message: { content }, finish_reason: 'stop' }] })],
  };
}

function promptOf(host: FakeHost): string {
  const { body = Buffer.alloc(0) } = host.upstream.requests[0] ?? {};
  return JSON.parse(Buffer.concat([body].flat()).toString()).messages[1].content;
}

const messages = [
  { role: 'user', content: [{ type: 'text', text: 'my login redirects for ever' }] },
  { role: 'assistant', content: 'Which proxy?' },
] as const;

describe('holdfast.tasks', () => {
  it('names a conversation: one clean line, asked under the name of the task', async () => {
    const { host, holdfast } = start();
    host.upstream.enqueue(say('**Title:** "Login redirect loop"'));
    const asked = holdfast.tasks.title(messages);
    await host.advance(0);
    expect(await asked).toBe('Login redirect loop');
    expect(promptOf(host)).toContain(
      'user: my login redirects for ever\n\nassistant: Which proxy?',
    );
    expect(holdfast.records()[0]?.task).toBe('title_generation');
  });

  it('describes an image once', async () => {
    const { host, holdfast } = start();
    host.upstream.enqueue(say('a red square'));
    const image = { url: 'data:image/png;base64,AAAA' };
    const asked = holdfast.tasks.describe(image);
    await host.advance(0);
    expect([await asked, await holdfast.tasks.describe(image)]).toEqual([
      'a red square',
      'a red square',
    ]);
    expect(host.upstream.requests).toHaveLength(1);
    expect(holdfast.records()[0]?.task).toBe('vision');
  });

  it('writes a commit message, and says what of the diff was left out', async () => {
    const { host, holdfast } = start();
    host.upstream.enqueue(say('```\nAdd numbers\n```'));
    const diff = `diff --git a/n.txt b/n.txt\n${'+1\n'.repeat(50_000)}`;
    const asked = holdfast.tasks.commitMessage(diff);
    await host.advance(0);
    expect(await asked).toEqual({ text: 'Add numbers', shortened: ['n.txt'] });
    expect(promptOf(host).length).toBeLessThan(61_000);
  });

  it('rejects where nobody has an answer of use', async () => {
    const { host, holdfast } = start();
    host.upstream.enqueue(say("I'm sorry, but I can't help with that."));
    const asked = holdfast.tasks.title(messages).catch((error: unknown) => error);
    await host.advance(0);
    expect(await asked).toMatchObject({
      code: 'exhausted',
      message: expect.stringContaining('the model refused'),
    });
  });
});

it('asks a known task with its own prompt, and another as it was written', async () => {
  const { host, holdfast } = start();
  const event =
    'data: {"choices":[{"index":0,"delta":{"content":"ok"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
  const answer = { headers: { 'content-type': 'text/event-stream' }, chunks: [event] };
  host.upstream.enqueue(answer, answer);
  const asked = [
    holdfast.ask({ model: 'title_generation', prompt: 'hi' }),
    holdfast.ask({ model: 'title_generation', system: 'S', prompt: 'hi' }),
  ];
  await host.advance(0);
  await Promise.all(asked);
  const sent = host.upstream.requests.map(
    ({ body }) => JSON.parse(String(body)).messages[0].content,
  );
  expect(sent[0]).toContain('You name conversations');
  expect(sent[1]).toBe('S');
});
