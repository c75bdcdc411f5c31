/**
 * Where this process has no descriptor or thread left nobody else is to blame, and the caller comes
 * back in a second (law 14).
 */

import { describe, expect, it } from 'vitest';
import { answered, type EngineStage, stageEngine } from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';
import type { EngineEvent } from '../../model/events.ts';

const chat = { protocol: 'openai-chat' } as const;
const one = { ...chat, base_url: 'https://one.test/v1', api_key: 'sk-test-a' };
const two = { ...chat, base_url: 'https://two.test/v1', api_key: 'sk-test-spare' };
const short = (code: string): UpstreamStep => ({
  error: Object.assign(new Error(`connect ${code}`), { code }),
});

function stage(provider: object = one): { scene: EngineStage; events: EngineEvent[] } {
  const scene = stageEngine({
    main: 'one/m',
    fallback_chain: ['two/m'],
    providers: { one: provider, two },
  });
  const events: EngineEvent[] = [];
  scene.runtime.subscribe((event) => events.push(event));
  return { scene, events };
}

const toldOf = (events: readonly EngineEvent[]): readonly string[] =>
  events.filter(({ type }) => type === 'rescue' || type === 'warning').map(({ type }) => type);

describe.each([
  ['EMFILE', 'ulimit -n, LimitNOFILE='],
  ['ENFILE', 'fs.file-max'],
  ['EAGAIN', 'ulimit -u, TasksMax='],
  ['ENOBUFS', 'MemoryMax='],
  ['ENOMEM', 'MemoryMax='],
])('%s', (code, limit) => {
  it('is answered 429 busy after one try, and nobody is blamed', async () => {
    const { scene } = stage();
    scene.host.upstream.enqueue(short(code), answered);
    const answer = await scene.ask();
    expect([
      answer.status,
      answer.headers['retry-after'],
      answer.headers['x-should-retry'],
    ]).toEqual([429, '1', undefined]);
    expect(JSON.parse(answer.text).error).toMatchObject({
      code: 'busy',
      message: expect.stringMatching(new RegExp(`\\(${code}\\).*${limit}`)),
    });
    expect(scene.lastRecord()).toMatchObject({
      outcome: 'failed',
      attempts: [{ target: 'one/m', failure: { class: 'local' } }],
    });
    expect((await scene.ask()).status).toBe(200);
    expect(scene.sent()).toEqual(['one a', 'one a']);
  });
});

it('however many ask, one line a minute says so', async () => {
  const { scene, events } = stage();
  scene.host.upstream.enqueue(short('EMFILE'), short('EMFILE'), short('EMFILE'), short('EMFILE'));
  for (let times = 0; times < 3; times++) await scene.ask();
  expect(toldOf(events)).toEqual(['warning']);
  await scene.host.advance(60_000);
  await scene.ask();
  expect(toldOf(events)).toEqual(['warning', 'warning']);
});

it('a program that cannot be started is no missing key', async () => {
  const { scene, events } = stage({
    ...chat,
    base_url: 'https://one.test/v1',
    credentials: [{ command: 'print-key' }],
  });
  scene.host.programs.act = () => ({
    result: { ended: 'not-started', reason: 'it did not start (EAGAIN)', shortage: 'EAGAIN' },
  });
  const answer = await scene.ask();
  expect([
    answer.status,
    answer.headers['retry-after'],
    JSON.parse(answer.text).error.code,
  ]).toEqual([429, '1', 'busy']);
  expect(answer.headers['x-should-retry']).toBeUndefined();
  expect(toldOf(events)).toEqual(['warning']);
  scene.host.programs.print('sk-test-printed');
  scene.host.upstream.enqueue(answered);
  expect((await scene.ask()).status).toBe(200);
});
