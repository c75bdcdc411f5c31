/**
 * A request that waits for a key (step 2): what it notices meanwhile, and what it leaves behind
 * when its caller goes.
 */

import { describe, expect, it } from 'vitest';
import {
  answered,
  type EngineStage,
  refused,
  stageEngine,
} from '../../../test/fakes/engine-stage.ts';
import type { EngineEvent } from '../../model/events.ts';

const server = (more: object): object => ({
  base_url: 'https://one.test/v1',
  protocol: 'openai-chat',
  ...more,
});
const only = (credential: object): object => ({
  main: 'one/m',
  providers: { one: server({ credentials: [{ label: 'k', ...credential }] }) },
});
const limited = refused(429, {}, { 'retry-after': '50' });
/** A caller who says that it waits for minutes. */
const patient = { headers: { 'x-stainless-timeout': '600' } };

/**
 * A route whose only key is held back for 50 s by its provider; the request that waits for it has
 * been waiting for a moment.
 */
async function beginToWait(
  environment = {},
  credential: object = { api_key: 'sk-test-a' },
): Promise<{ readonly stage: EngineStage; readonly answer: Promise<{ readonly status: number }> }> {
  const stage = stageEngine(only(credential), environment);
  stage.host.upstream.answerBy(() => limited);
  expect((await stage.ask()).status).toBe(429);
  const before = stage.sent().length;
  const answer = stage.begin(patient);
  await stage.host.advance(3000);
  expect(stage.sent()).toHaveLength(before);
  stage.host.upstream.answerBy(() => answered);
  return { stage, answer };
}

async function endsWithin(
  stage: EngineStage,
  ms: number,
  answer: Promise<unknown>,
): Promise<boolean> {
  let isOver = false;
  void answer.then(() => {
    isOver = true;
  });
  await stage.host.advance(ms);
  return isOver;
}

describe('a request that waits for the end of a window', () => {
  it('goes on within a second of a reset', async () => {
    const { stage, answer } = await beginToWait();
    await stage.runtime.keys.reset({ signal: new AbortController().signal });
    expect(await endsWithin(stage, 1000, answer)).toBe(true);
    expect((await answer).status).toBe(200);
  });

  it('goes on within a second of a new secret', async () => {
    const { stage, answer } = await beginToWait({ ONE_KEY: 'sk-test-old' }, { env: 'ONE_KEY' });
    stage.host.setEnvironment('ONE_KEY', 'sk-test-new');
    expect(await endsWithin(stage, 1000, answer)).toBe(true);
    expect(stage.sent().at(-1)).toBe('one new');
  });

  it('leaves at once when its caller goes', async () => {
    const stage = stageEngine(only({ api_key: 'sk-test-a' }));
    stage.host.upstream.answerBy(() => limited);
    await stage.ask();
    const caller = new AbortController();
    const answer = stage.begin({ ...patient, signal: caller.signal });
    await stage.host.advance(3000);
    caller.abort();
    expect(await endsWithin(stage, 0, answer)).toBe(true);
    expect(stage.lastRecord()?.outcome).toBe('client-gone');
  });

  it('tells of its wait once', async () => {
    const stage = stageEngine(only({ api_key: 'sk-test-a' }));
    const told: string[] = [];
    stage.runtime.subscribe((event) => event.type === 'waiting' && told.push(event.text));
    stage.host.upstream.answerBy(() => limited);
    await stage.ask();
    void stage.begin(patient);
    await stage.host.advance(40_000);
    expect(told).toHaveLength(1);
  });

  it('names what it waits for, and each attempt before it', async () => {
    const stage = stageEngine(only({ api_key: 'sk-test-a' }));
    stage.host.upstream.answerBy(() => limited);
    await stage.ask();
    const told: EngineEvent[] = [];
    stage.runtime.subscribe((event) => told.push(event));
    void stage.begin(patient);
    await stage.host.advance(0);
    const about = { requestId: expect.any(String), model: 'main' };
    expect(told).toEqual([
      {
        type: 'waiting',
        ...about,
        forMs: expect.any(Number),
        text: expect.stringMatching(/^no model is available right now; retrying in/),
        held: [
          {
            target: 'one/m',
            origin: expect.stringMatching(/^https:/),
            cause: 'rate-limit',
            evidence: expect.any(String),
            until: expect.any(Number),
          },
        ],
      },
    ]);
    await stage.host.advance(60_000);
    expect(told[1]).toEqual({
      type: 'asking',
      ...about,
      target: 'one/m',
      origin: expect.stringMatching(/^https:/),
    });
  });
});

describe('a dead key that is the only one', () => {
  it('is not waited for: the next request is answered at once, and one a minute asks again (law 7)', async () => {
    const stage = stageEngine(only({ api_key: 'sk-test-a' }));
    stage.host.upstream.answerBy(() => refused(401));
    expect((await stage.ask()).status).toBe(400);
    const before = stage.sent().length;
    const answer = stage.begin(patient);
    expect(await endsWithin(stage, 0, answer)).toBe(true);
    expect((await answer).headers['x-should-retry']).toBe('false');
    expect(stage.sent()).toHaveLength(before);
    stage.host.upstream.answerBy(() => answered);
    await stage.host.advance(60_000);
    expect((await stage.ask()).status).toBe(200);
  });
});

describe('a request that waits for the verdict of another', () => {
  it('waits no longer than a verdict may take when the other hangs (law 6)', async () => {
    const stage = stageEngine(only({ api_key: 'sk-test-a' }));
    stage.host.upstream.enqueue(answered, refused(401));
    await stage.ask();
    stage.host.upstream.answerBy(() => ({ silent: true }));
    void stage.begin();
    await stage.host.advance(2000);
    const answer = stage.begin();
    expect(await endsWithin(stage, 30_000, answer)).toBe(true);
    expect((await answer).status).toBe(400);
    expect((await answer).text).toContain('another request is asking');
  });
});

describe('a probe whose caller goes away', () => {
  it('is given back while its key is being read again (law 7)', async () => {
    const stage = stageEngine(only({ command: ['pass', 'show', 'one'] }));
    stage.host.programs.print('sk-test-a');
    stage.host.upstream.answerBy(() => refused(401));
    await stage.ask();
    await stage.host.advance(16 * 60_000);
    const caller = new AbortController();
    const probe = stage.begin({ signal: caller.signal });
    stage.host.upstream.answerBy(() => {
      stage.host.programs.act = () => ({ delayMs: 5000 });
      return refused(401);
    });
    const runs = stage.host.programs.runs.length;
    await stage.host.advance(1000);
    expect(stage.host.programs.runs).toHaveLength(runs + 1);
    caller.abort();
    await probe;
    stage.host.programs.print('sk-test-a');
    stage.host.upstream.answerBy(() => answered);
    const answer = stage.begin();
    expect(await endsWithin(stage, 2000, answer)).toBe(true);
    expect((await answer).status).toBe(200);
  });
});

describe('a large pool that is held back whole', () => {
  it('uses a key that was replaced in its file at once (law 5)', async () => {
    const paths = Array.from({ length: 40 }, (_, index) => `/keys/${index}`);
    const credentials = paths.map((file, index) => ({ label: `k${index}`, file }));
    const stage = stageEngine({ main: 'one/m', providers: { one: server({ credentials }) } });
    for (const [index, path] of paths.entries()) stage.host.setFile(path, `sk-test-old${index}`);
    stage.host.upstream.answerBy(() => refused(401));
    for (let count = 0; count < 4; count += 1) await stage.ask();
    stage.host.upstream.answerBy(() => answered);
    stage.host.setFile('/keys/3', 'sk-test-new');
    expect((await stage.ask()).status).toBe(200);
    expect(stage.sent().at(-1)).toBe('one new');
  });
});

describe('a recheck that finds a limit in place of a verdict', () => {
  it('is held by nobody who waits for that limit: the first of the queue asks when it ends', async () => {
    const stage = stageEngine(only({ api_key: 'sk-test-a' }));
    stage.host.upstream.enqueue(answered);
    await stage.ask();
    stage.host.upstream.answerBy(() => ({ ...refused(401), delayMs: 100 }));
    const answers = [1, 2, 3].map(() => stage.begin(patient));
    await stage.host.advance(500);
    stage.host.upstream.answerBy(() => refused(429, {}, { 'retry-after': '20' }));
    await stage.host.advance(2000);
    const before = stage.sent().length;
    stage.host.upstream.answerBy(() => answered);
    let passedMs = 0;
    for (; passedMs < 30_000 && stage.sent().length === before; passedMs += 50)
      await stage.host.advance(50);
    await stage.host.advance(200);
    expect(stage.sent()).toHaveLength(before + 3);
    expect(passedMs).toBeLessThan(19_500);
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});
