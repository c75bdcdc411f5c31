import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.ts';
import { recordOf } from '../../test/fakes/record.ts';
import type { RequestRecord } from '../model/record.ts';
import { SpanSender } from './span-sender.ts';
import { spansOf } from './spans.ts';
import { readTraceSettings } from './trace-settings.ts';

const record = recordOf({
  at: 1_800_000_000_123,
  durationMs: 900.5,
  streamed: true,
  answeredBy: 'q/m',
  attempts: [
    {
      target: 'p/m',
      credential: 'p:env',
      fingerprint: 'sha256:a',
      startedAt: 1_800_000_000_124,
      durationMs: 100,
      status: 429,
      failure: { class: 'rate-limit', rule: 'status-429', message: 'rate-limit' },
    },
    {
      target: 'q/m',
      credential: 'q:env',
      fingerprint: 'sha256:b',
      startedAt: 1_800_000_000_300,
      durationMs: 700,
      status: 200,
    },
  ],
  usage: { inputTokens: 12 },
});
const plain: RequestRecord = { ...record, attempts: record.attempts.slice(1) };
const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('spansOf', () => {
  it('tells the request and each attempt, below the span of the caller', () => {
    const [root, first, second] = spansOf(record, parent);
    expect(root).toMatchObject({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      parentSpanId: 'b7ad6b7169203331',
      name: 'chat main',
      kind: 2,
      startTimeUnixNano: '1800000000123000000',
      endTimeUnixNano: '1800000001023500000',
      status: {},
    });
    expect(root?.attributes).toContainEqual({
      key: 'gen_ai.usage.input_tokens',
      value: { intValue: '12' },
    });
    expect(first).toMatchObject({
      parentSpanId: root?.spanId,
      name: 'chat p/m',
      status: { code: 2, message: 'rate-limit' },
    });
    expect(first?.attributes).toContainEqual({
      key: 'error.type',
      value: { stringValue: 'rate-limit' },
    });
    expect(second).toMatchObject({ parentSpanId: root?.spanId, kind: 3, status: {} });
    expect(new Set([root, first, second].map((span) => span?.spanId)).size).toBe(3);
  });

  it.each([undefined, 'nonsense', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`])(
    'begins a trace of its own for the header %s',
    (header) => {
      const [root] = spansOf(record, header);
      expect(root?.traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(root?.parentSpanId).toBeUndefined();
    },
  );
});

describe('readTraceSettings', () => {
  const read = (
    variables: Readonly<Record<string, string>>,
  ): ReturnType<typeof readTraceSettings> =>
    readTraceSettings(createFakeHost({ environment: variables }).environment);

  it.each([
    ['nothing without an endpoint', {}, undefined],
    [
      'nothing where it is switched off',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_SDK_DISABLED: 'true' },
      undefined,
    ],
    [
      'the shared endpoint as a base, with headers and a name',
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/base/',
        OTEL_EXPORTER_OTLP_HEADERS: 'Api-Key=a%20b,x=1',
        OTEL_SERVICE_NAME: 'mine',
      },
      {
        origin: 'http://c:4318',
        path: '/base/v1/traces',
        headers: { 'api-key': 'a b', x: '1', 'content-type': 'application/json' },
        timeoutMs: 10_000,
        resource: { 'service.name': 'mine', 'service.version': expect.any(String) },
      },
    ],
    [
      'the endpoint of traces as it is',
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c:4318/t?k=1' },
      expect.objectContaining({ path: '/t?k=1' }),
    ],
    [
      'a problem for a protocol that is not spoken',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      { problem: expect.stringContaining('is grpc, and Holdfast speaks http/json') },
    ],
  ])('reads %s', (_name, variables, expected) => {
    expect(read(variables)).toEqual(expected);
  });
});

describe('the sender of spans', () => {
  function stage(random: number): { host: FakeHost; sender: SpanSender; faults: string[] } {
    const host = createFakeHost({
      random: [random],
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' },
    });
    const settings = readTraceSettings(host.environment);
    if (settings === undefined || 'problem' in settings) throw new Error('no settings');
    const faults: string[] = [];
    return { host, faults, sender: new SpanSender(host, settings, (text) => faults.push(text)) };
  }

  it.each([
    ['every rescued request', record, 0.5, 3],
    ['every failed one', { ...plain, outcome: 'failed' as const }, 0.5, 2],
    ['every slow one', { ...plain, durationMs: 40_000 }, 0.5, 2],
    ['not one of the rest in ninety-nine cases', plain, 0.01, 0],
    ['one of the rest in a hundred', plain, 0.009, 2],
  ])('sends %s', async (_name, noted, random, expected) => {
    const { host, sender } = stage(random);
    host.upstream.answerBy(() => ({ status: 200 }));
    sender.note(noted, undefined);
    await host.advance(5000);
    await sender.close();
    const sent = host.upstream.requests.map(({ body }) => JSON.parse(String(body)));
    expect(sent.flatMap((one) => one.resourceSpans[0].scopeSpans[0].spans)).toHaveLength(expected);
  });

  it('sends many in one request, and says once that it fails and once that it works again', async () => {
    const { host, sender, faults } = stage(0.5);
    let status = 503;
    host.upstream.answerBy(() => ({ status }));
    for (let round = 0; round < 4; round += 1) {
      if (round === 2) status = 200;
      sender.note(record, undefined);
      sender.note(record, undefined);
      await host.advance(5000);
    }
    await sender.close();
    expect(host.upstream.requests).toHaveLength(4);
    expect(faults).toEqual([
      'spans do not reach http://c:4318/v1/traces: it answers 503',
      'spans reach http://c:4318/v1/traces again',
    ]);
  });
});
