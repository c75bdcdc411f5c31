/**
 * Fifty sessions at once, each with a title whose provider is down: what is said, what is sent, and
 * what the conversation feels of it.
 */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { askTitle, sayWhole } from '../../test/fakes/title-stage.ts';
import type { RequestRecord } from '../model/record.ts';
import { createRuntime } from '../runtime.ts';
import type { LogEntry } from './entry.ts';
import { Lasting } from './lasting.ts';

const sessions = 50;
const key = 'sk-test-fifty';

interface Seen {
  readonly records: readonly RequestRecord[];
  readonly notices: readonly LogEntry[];
  /** Requests by host. */
  readonly sent: Readonly<Record<string, number>>;
}

async function play(titles: object | undefined): Promise<Seen> {
  const host = createFakeHost();
  const at = (name: string): object => ({
    protocol: 'openai-chat',
    api_key: key,
    base_url: `https://${name}.test/v1`,
  });
  const config = {
    main: 'main/m',
    providers: { main: at('main'), own: at('own') },
    auxiliary: { title_generation: { provider: 'own', model: 'm', ...titles } },
  };
  const runtime = createRuntime({ host, config });
  const notices: LogEntry[] = [];
  const lasting = new Lasting((entry) => notices.push(entry));
  runtime.subscribe((event) => {
    if (event.type === 'finished') lasting.note(event.record);
  });
  const error = JSON.stringify({ error: { code: 'token_invalidated', message: 'withdrawn' } });
  host.upstream.answerBy(({ origin }) =>
    origin === 'https://own.test'
      ? { status: 401, chunks: [error], delayMs: 300 }
      : { ...sayWhole({ content: 'Fix login' }), delayMs: 1000 },
  );
  for (let session = 0; session < sessions; session++) {
    askTitle(runtime, { model: 'main' });
    if (titles !== undefined) askTitle(runtime);
    await host.advance(20);
  }
  await host.advance(10_000);
  const hosts = host.upstream.requests.map(({ origin }) => new URL(origin).host);
  const sent = Object.fromEntries(
    [...new Set(hosts)].map((name) => [name, hosts.filter((one) => one === name).length]),
  );
  return { records: runtime.records(), notices, sent };
}

function medianOfMain({ records }: Seen): number {
  const times = records.filter(({ task }) => task === 'main').map(({ durationMs }) => durationMs);
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

it('says it once, asks the dead provider until its first refusal and no more, and main feels nothing', async () => {
  const without = await play(undefined);
  const failing = await play({ fallback: 'none' });
  expect(failing.records).toHaveLength(2 * sessions);
  expect(failing.records.filter(({ outcome }) => outcome === 'failed')).toHaveLength(sessions);
  expect(failing.notices).toHaveLength(1);
  expect(failing.sent['main.test']).toBe(sessions);
  // Those that were sent before the first answer came back, 300 ms after it was asked.
  expect(failing.sent['own.test']).toBeLessThanOrEqual(300 / 20 + 1);
  expect(medianOfMain(failing)).toBeLessThanOrEqual(1.05 * medianOfMain(without));
});

it('gives each session its title through main, with one request more for each', async () => {
  const rescued = await play({});
  expect(rescued.records.every(({ outcome }) => outcome === 'answered')).toBe(true);
  expect(rescued.notices).toEqual([]);
  expect(rescued.sent['main.test']).toBe(2 * sessions);
  expect(rescued.sent['own.test']).toBeLessThanOrEqual(300 / 20 + 1);
});
