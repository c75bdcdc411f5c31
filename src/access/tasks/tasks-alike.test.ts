/**
 * Law 9: each class of failure is decided alike for the main task and for every kind of auxiliary
 * task whose answers pass as they are.
 */

import { describe, expect, it } from 'vitest';
import { createFakeHost, type UpstreamStep } from '../../../test/fakes/fake-host.ts';
import type { FailureClass } from '../../model/failure.ts';
import type { RequestRecord } from '../../model/record.ts';
import { createRuntime } from '../../runtime.ts';

const keyA = `sk-test-${'a'.repeat(20)}`;
const keyB = `sk-test-${'b'.repeat(20)}`;
const json = { 'content-type': 'application/json' };
const good: UpstreamStep = {
  headers: json,
  chunks: ['{"choices":[{"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}]}'],
};

function refusal(
  status: number,
  error: object,
  headers: Record<string, string> = {},
): UpstreamStep {
  return { status, headers: { ...json, ...headers }, chunks: [JSON.stringify({ error })] };
}

function broken(code: string): UpstreamStep {
  return { error: Object.assign(new Error(code), { code }) };
}

const silence: UpstreamStep = { silent: true };

/** How the first target fails, for ever; `isProven`: first lets its key work once. */
const faults: Readonly<
  Record<string, { readonly step: UpstreamStep; readonly isProven?: boolean }>
> = {
  'auth-rejected': { step: refusal(401, { code: 'invalid_api_key', message: 'no' }) },
  'auth-suspect': { step: refusal(401, { message: 'Authentication failed.' }), isProven: true },
  'auth-revoked': { step: refusal(401, { code: 'token_invalidated', message: 'withdrawn' }) },
  'forbidden-model': {
    step: refusal(403, { code: 'model_not_allowed', message: 'no access to this model' }),
  },
  billing: { step: refusal(402, { message: 'Insufficient Balance' }) },
  quota: {
    step: refusal(429, { code: '429', message: 'The quota of Token Plan has been exhausted' }),
  },
  'rate-limit': { step: refusal(429, { message: 'slow down' }, { 'retry-after': '2' }) },
  overloaded: { step: refusal(529, { type: 'overloaded_error', message: 'overloaded' }) },
  'server-error': { step: refusal(500, { message: 'boom' }) },
  connect: { step: broken('ECONNREFUSED') },
  tls: { step: broken('CERT_HAS_EXPIRED') },
  timeout: { step: silence },
  malformed: { step: { headers: json, chunks: ['{"choices":'] } },
  'model-missing': {
    step: refusal(404, { code: 'model_not_found', message: 'The model does not exist' }),
  },
  'not-offered': { step: refusal(404, { message: 'Not Found' }) },
  'context-overflow': {
    step: refusal(400, { code: 'context_length_exceeded', message: 'too long' }),
  },
  parameter: {
    step: refusal(400, { code: 'unsupported_parameter', message: 'Unsupported parameter: top_k' }),
  },
  'content-policy': { step: refusal(400, { code: 'content_policy_violation', message: 'no' }) },
  'refused-request': { step: refusal(400, { type: 'invalid_request_error', message: 'odd' }) },
  'bad-request': { step: refusal(400, { code: 'invalid_json', message: 'not JSON' }) },
  empty: {
    step: {
      headers: json,
      chunks: [
        '{"choices":[{"message":{"role":"assistant","content":""},"finish_reason":"stop"}]}',
      ],
    },
  },
} satisfies Partial<Record<FailureClass, unknown>>;

const providers = {
  xiaomi: { base_url: 'https://first.example/v1', api_key: keyA },
  deepseek: { base_url: 'https://second.example/v1', api_key: keyB },
};
const first = { provider: 'xiaomi', model: 'one', timeout: 300, judge: false };
const second = 'deepseek/two';

/** Six ways to the same two targets. */
const roads: Readonly<Record<string, { readonly task: string; readonly config: object }>> = {
  main: { task: 'main', config: { main: 'xiaomi/one', fallback_chain: [second] } },
  'explicit provider with a chain, fallback: none': {
    task: 'side',
    config: {
      main: second,
      auxiliary: { side: { ...first, fallback_chain: [second], fallback: 'none' } },
    },
  },
  'explicit provider, empty chain, then main': {
    task: 'side',
    config: { main: second, auxiliary: { side: first } },
  },
  'auto takes the main route': {
    task: 'side',
    config: {
      main: 'xiaomi/one',
      fallback_chain: [second],
      auxiliary: { side: { provider: 'auto', timeout: 300, judge: false } },
    },
  },
  'main takes the main route': {
    task: 'side',
    config: {
      main: 'xiaomi/one',
      fallback_chain: [second],
      auxiliary: { side: { provider: 'main', timeout: 300, judge: false } },
    },
  },
};

/** What was tried, how it was decided, and who answered. */
async function travel(road: keyof typeof roads, fault: keyof typeof faults): Promise<object> {
  const { task, config } = roads[road] ?? { task: 'main', config: {} };
  const { step, isProven } = faults[fault] ?? { step: good };
  const host = createFakeHost({ environment: { HOLDFAST_HOME: '/h' } });
  const runtime = createRuntime({ host, config: { ...config, providers } });
  let isWell = isProven === true;
  host.upstream.answerBy(({ origin }) =>
    origin === 'https://first.example' && !isWell ? step : good,
  );
  if (isWell) await send();
  isWell = false;
  const record = await send();
  await runtime.close();
  return {
    attempts: record?.attempts.map(({ target, status, failure, decision }) => [
      target,
      status,
      failure?.class,
      decision?.kind,
      decision?.reason,
    ]),
    outcome: record?.outcome,
    answeredBy: record?.answeredBy,
  };

  async function send(): Promise<RequestRecord | undefined> {
    const body = Buffer.from(
      JSON.stringify({ model: task, messages: [{ role: 'user', content: 'hi' }] }),
    );
    const headers = { 'content-type': 'application/json' };
    const signal = new AbortController().signal;
    let isOver = false;
    const sink = {
      head: () => undefined,
      write: () => true,
      onDrain: () => undefined,
      end: () => undefined,
    };
    const exchange = runtime
      .exchange({ method: 'POST', path: '/v1/chat/completions', headers, body, signal }, sink)
      .then(() => {
        isOver = true;
      });
    for (let turn = 0; turn < 2000 && !isOver; turn += 1) await host.advance(1000);
    await exchange;
    return runtime.records().at(-1);
  }
}

describe.each(Object.keys(faults))('%s', (fault) => {
  it.each(Object.keys(roads))('%s', async (road) => {
    const taken = await travel(road, fault);
    expect(taken).toMatchObject({
      attempts: expect.arrayContaining([expect.arrayContaining([fault])]),
    });
    expect(taken).toEqual(await travel('main', fault));
  });
});
