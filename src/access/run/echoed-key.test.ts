/**
 * A provider that repeats the key it was sent in the head of an answer, or in a name that is kept:
 * the caller and the state never see it (law 20).
 */

import { describe, expect, it, vi } from 'vitest';
import { createFakeHost, type UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { createTestKey } from '../../../test/fakes/hermes-folder.ts';
import { ReferenceStore } from '../../../test/fakes/reference-store.ts';
import { ask } from '../../../test/integration/harness.ts';
import {
  anthropicMessages,
  openaiChat,
  openaiResponses,
  type Tongue,
} from '../../../test/integration/protocol-cases.ts';
import { createRuntime } from '../../runtime.ts';

const key = createTestKey();
const told = '[redacted]';
const event = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const choices = [
  { index: 0, message: { role: 'assistant', content: 'so' }, finish_reason: 'stop' },
];

/** Every header that crosses repeats the key, in one of the ways in which it may. */
const echo = {
  'x-request-id': key,
  'request-id': `req-${key}-1`,
  'x-generation-id': encodeURIComponent(key),
  'x-ratelimit-limit-requests': `for ${key}`,
  'anthropic-ratelimit-tokens-reset': `Bearer ${key}`,
  'retry-after': key,
};
const whole: UpstreamStep = {
  headers: { ...echo, 'content-type': `application/json; of="${key}"` },
  chunks: [JSON.stringify({ id: 'c', choices })],
};
const streamed: UpstreamStep = {
  headers: { ...echo, 'content-type': 'text/event-stream' },
  chunks: [event({ content: 'so' }), event({}, 'stop'), 'data: [DONE]\n\n'],
};
const refused: UpstreamStep = {
  ...whole,
  status: 400,
  chunks: [JSON.stringify({ error: { message: 'too long', code: 'context_length_exceeded' } })],
};

async function answerTo(step: UpstreamStep, tongue: Tongue, body: object) {
  const host = createFakeHost();
  host.upstream.enqueue(step, step, step);
  const one = { base_url: 'https://one.test/v1', protocol: 'openai-chat', api_key: key };
  const seen: unknown[] = [];
  const config = { main: 'one/m', providers: { one } };
  const runtime = createRuntime({ host, config, onEvent: (said) => seen.push(said) });
  const answer = await ask(runtime, body, { tongue });
  const kept = JSON.stringify([answer.headers, seen, runtime.records()]);
  await runtime.close();
  return { ...answer, kept };
}

describe.each([
  ['relayed', openaiChat],
  ['translated for Anthropic', anthropicMessages],
  ['translated for Responses', openaiResponses],
] as const)('the head of an answer, %s', (_name, tongue) => {
  it.each([
    ['whole', whole, {}, 200],
    ['streamed', streamed, { stream: true }, 200],
    ['a refusal', refused, {}, 400],
  ])('holds no key that the provider repeats: %s', async (_kind, step, body, expected) => {
    const { status, headers, kept } = await answerTo(step, tongue, body);
    expect([status, kept.includes(key)]).toEqual([expected, false]);
    expect(headers).toMatchObject({
      'x-request-id': told,
      'x-generation-id': told,
      'x-ratelimit-limit-requests': `for ${told}`,
      'anthropic-ratelimit-tokens-reset': `Bearer ${told}`,
      'retry-after': told,
    });
  });
});

it('leaves every other head as it came', async () => {
  const headers = {
    'x-request-id': 'req_011CSHoEeqs5C35K2UUqR7Fy',
    'x-ratelimit-reset-requests': '6m0s',
    'content-type': 'application/json; charset=utf-8',
  };
  const answer = await answerTo({ ...whole, headers }, openaiChat, {});
  expect(answer.headers).toMatchObject(headers);
});

it('keeps no name that holds the key', async () => {
  const host = createFakeHost();
  const store = new ReferenceStore();
  const bound = vi.spyOn(store, 'bindIds');
  const content = [{ type: 'output_text', text: 'so', annotations: [] }];
  const message = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content };
  const response = {
    id: `resp_${key}`,
    object: 'response',
    model: 'm',
    status: 'completed',
    output: [message],
  };
  host.upstream.enqueue({ chunks: [JSON.stringify(response)] });
  const one = { base_url: 'https://one.test/v1', protocol: 'openai-responses', api_key: key };
  const runtime = createRuntime({ host, store, config: { main: 'one/m', providers: { one } } });
  const { status, text } = await ask(runtime, {}, { tongue: openaiResponses });
  await runtime.close();
  expect([status, text.includes(key)]).toEqual([200, true]);
  expect(bound.mock.calls.flat(2).map(({ id }) => id)).toEqual(['msg_1']);
});
