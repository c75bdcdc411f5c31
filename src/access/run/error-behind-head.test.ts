/**
 * A provider that is down and says so behind a good head: its outage lasts, like one that a status
 * names (laws 7 and 11).
 */

import { expect, it } from 'vitest';
import { answered, stageEngine, streamed } from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';

const json = { 'content-type': 'application/json' };
const events = { 'content-type': 'text/event-stream' };

const say = (error: object): Readonly<Record<string, UpstreamStep>> => {
  const body = JSON.stringify({ error });
  return {
    'a status': { status: 500, headers: json, chunks: [body] },
    'a JSON body with 200': { headers: json, chunks: [body] },
    'an event of a stream': { headers: events, chunks: [`data: ${body}\n\n`] },
    'an event behind pings': { headers: events, chunks: [': ping\n\n', `data: ${body}\n\n`] },
  };
};
const faults = {
  'server-error': say({ type: 'server_error', code: 500, message: 'it broke' }),
  overloaded: say({ type: 'overloaded_error', message: 'Overloaded' }),
};
const rows = Object.entries(faults).flatMap(([cause, ways]) =>
  Object.entries(ways).flatMap(([way, step]) =>
    [true, false].map((stream) => ({ cause, way, step, stream })),
  ),
);

const config = {
  main: 'one/m',
  providers: {
    one: { base_url: 'https://one.test/v1', protocol: 'openai-chat', api_key: 'sk-test-one' },
  },
};

it.each(rows)(
  '$cause in $way, streamed: $stream: is waited for within max_wait, by few',
  async (row) => {
    const { host, begin, sent } = stageEngine(config);
    host.upstream.answerBy(() => ({ ...row.step, delayMs: 20 }));
    let isOver = false;
    void begin({ body: { stream: row.stream } }).finally(() => {
      isOver = true;
    });
    for (let seconds = 0; seconds < (row.stream ? 101 : 26); seconds++) await host.advance(1000);
    expect(isOver).toBe(true);
    expect(sent().length).toBeLessThanOrEqual(row.stream ? 30 : 12);
  },
);

it.each(rows)('$cause in $way, streamed: $stream: is over with the first answer', async (row) => {
  const { host, begin, runtime } = stageEngine(config);
  host.upstream.answerBy(() => ({ ...row.step, delayMs: 20 }));
  const pending = begin({ body: { stream: row.stream } });
  await host.advance(15_000);
  host.upstream.answerBy(() => (row.stream ? streamed : answered));
  await host.advance(6000);
  expect((await pending).text).toContain('done');
  host.upstream.answerBy(() => ({ ...row.step, delayMs: 20 }));
  const next = begin({ body: { stream: row.stream } });
  await host.advance(14_000);
  host.upstream.answerBy(() => (row.stream ? streamed : answered));
  await host.advance(6000);
  expect((await next).text).toContain('done');
  expect(runtime.records().map(({ outcome }) => outcome)).toEqual(['answered', 'answered']);
});

const cut = {
  headers: events,
  chunks: streamed.chunks?.slice(0, 1) ?? [],
  cutAfter: new Error('cut'),
};

it.each(
  Object.entries(faults).flatMap(([cause, ways]) =>
    ['an event of a stream', 'an event behind pings'].map((way) => ({
      cause,
      way,
      step: ways[way],
    })),
  ),
)(
  '$cause in $way, behind a part of the answer: ends within 12 attempts (law 13)',
  async ({ step }) => {
    const { host, begin, sent, lastRecord } = stageEngine(config);
    host.upstream.enqueue(cut);
    host.upstream.answerBy(() => ({ ...step, delayMs: 20 }));
    let isOver = false;
    void begin({ body: { stream: true } }).finally(() => {
      isOver = true;
    });
    for (let seconds = 0; seconds < 300 && !isOver; seconds++) await host.advance(1000);
    expect(isOver).toBe(true);
    expect(sent().length).toBeLessThanOrEqual(12);
    expect(lastRecord()?.outcome).toBe('broken');
  },
);
