/**
 * `holdfast.ask()` on a fake host: what its caller's own code breaks is the caller's, and invalid
 * questions are refused.
 */

import { expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.ts';
import { createHoldfast, type Holdfast } from './holdfast.ts';

const config = {
  main: 'one/m',
  providers: { one: { base_url: 'https://one.example/v1', protocol: 'openai-chat', auth: 'none' } },
};

function piece(text: string): string {
  return `data: ${JSON.stringify({ choices: [{ delta: { content: text } }] })}\n\n`;
}

function stage(options: object = {}): { readonly host: FakeHost; readonly holdfast: Holdfast } {
  const host = createFakeHost();
  const end = 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
  const headers = { 'content-type': 'text/event-stream' };
  host.upstream.enqueue({ headers, chunks: [piece('one'), piece('two'), end] });
  return { host, holdfast: createHoldfast({ host, config, ...options }) };
}

it('rejects with what onText throws, calls it no more, and ends the request upstream', async () => {
  const { host, holdfast } = stage();
  const bug = new Error('a bug of the caller');
  const heard: string[] = [];
  const onText = (text: string): void => {
    heard.push(text);
    throw bug;
  };
  const warned: string[] = [];
  holdfast.on((event) => event.type === 'warning' && warned.push(event.text));
  await expect(holdfast.ask({ prompt: 'hello', onText })).rejects.toBe(bug);
  expect(heard).toEqual(['one']);
  expect(warned).toEqual([]);
  expect(host.upstream.abortedCount).toBe(1);
  await expect(holdfast.record(holdfast.records()[0]?.id ?? '')).resolves.toMatchObject({
    outcome: 'client-gone',
  });
});

it('tells a refusal as what the model says', async () => {
  const { host, holdfast } = stage();
  const refusal = (text: string): string =>
    `data: ${JSON.stringify({ choices: [{ delta: { content: null, refusal: text } }] })}\n\n`;
  const end = 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
  const headers = { 'content-type': 'text/event-stream' };
  host.upstream.answerBy(() => ({ headers, chunks: [refusal("I can't "), refusal('help.'), end] }));
  const heard: string[] = [];
  await holdfast.ask('the first answer is staged');
  const { text } = await holdfast.ask({ prompt: 'hello', onText: (told) => heard.push(told) });
  expect([text, heard]).toEqual(["I can't help.", ["I can't ", 'help.']]);
});

it.each([0, 1])('answers with recordLimit %d', async (recordLimit) => {
  const { holdfast } = stage({ recordLimit });
  await expect(holdfast.ask('hello')).resolves.toMatchObject({
    text: 'onetwo',
    target: 'one/m',
    attempts: 1,
  });
  expect(holdfast.records()).toHaveLength(recordLimit);
});

it.each([
  ['nothing', undefined, 'a question is a text or an object'],
  ['a number', 5, 'a question is a text or an object'],
  ['messages', { messages: [] }, '"prompt" of a question must be a text'],
  ['a prompt that is no text', { prompt: 5 }, '"prompt" of a question must be a text'],
  ['a field it does not have', { prompt: 'x', temperature: 1 }, 'a question has no "temperature"'],
  [
    'an invalid listener',
    { prompt: 'x', onText: 'y' },
    '"onText" of a question must be a function',
  ],
])('refuses %s before anything is sent', async (_name, question, message) => {
  const host = createFakeHost();
  const holdfast = createHoldfast({ host, config });
  const asking: unknown = Reflect.apply(holdfast.ask, undefined, [question]);
  await expect(asking).rejects.toMatchObject({
    name: 'RequestError',
    code: 'request-invalid',
    message,
  });
  expect(host.upstream.requests).toEqual([]);
});
