/**
 * What a request does with the turn that it has waited for: it stays within its attempts, and holds
 * up nobody else.
 */

import { describe, expect, it } from 'vitest';
import {
  answered,
  type EngineStage,
  refused,
  stageEngine,
  streamed,
} from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { ReferenceStore } from '../../../test/fakes/reference-store.ts';
import { defaults } from '../../model/defaults.ts';
import type { Mark } from '../../model/failure.ts';
import { claimMs } from '../request/holds.ts';

const key = (name: string): string => `sk-test-${name}`;
const server = { base_url: 'https://one.test/v1', protocol: 'openai-chat' };
const down = refused(503);

interface Stage extends EngineStage {
  readonly store: ReferenceStore;
}

function stage(more: object = {}, provider: object = { api_key: key('a') }): Stage {
  const store = new ReferenceStore();
  const config = { main: 'one/m', providers: { one: { ...server, ...provider } }, ...more };
  return { ...stageEngine(config, {}, store), store };
}

/** The only mark there is. */
async function theMark({ store }: Stage): Promise<Mark> {
  const [mark] = (await store.readHealth()).marks;
  if (mark === undefined) throw new Error('no mark');
  return mark;
}

/** Another process takes its probe now; whether it can. */
function claimForAnother({ store, host }: Stage, mark: Mark): Promise<boolean> {
  const now = host.clock.now();
  return store.claimProbes([mark], 'another process', { now, expiresAt: now + claimMs });
}

describe('a request that has waited', () => {
  it('makes 12 attempts at most, however many keys are refused once the provider is back (law 13)', async () => {
    const credentials = Array.from({ length: 40 }, (_, n) => ({
      label: `k${n}`,
      api_key: key(`k${n}`),
    }));
    const one = stage({}, { credentials });
    one.host.upstream.answerBy(() => down);
    const answer = one.begin({ body: { stream: true } });
    await one.host.advance(8000);
    const before = one.sent().length;
    one.host.upstream.answerBy(() => refused(401, { code: 'invalid_api_key' }));
    await one.host.advance(60_000);
    expect((await answer).status).toBe(429);
    expect(one.sent().length - before).toBeLessThanOrEqual(13);
  });
});

describe('the claim of a probe', () => {
  it('of a process that died holds nobody longer than 15 s (law 7)', async () => {
    const one = stage();
    one.host.upstream.answerBy(() => down);
    const answer = one.begin({ body: { stream: true } });
    await one.host.advance(2000);
    const mark = await theMark(one);
    await one.host.advance(mark.until - one.host.clock.now() - 10);
    expect(await claimForAnother(one, mark)).toBe(true);
    const before = one.sent().length;
    one.host.upstream.answerBy(() => streamed);
    await one.host.advance(claimMs - 10);
    expect(one.sent()).toHaveLength(before);
    await one.host.advance(1010);
    expect(one.sent()).toHaveLength(before + 1);
    expect((await answer).status).toBe(200);
  });

  it('is no longer renewed when its mark has ended: a long answer does not hold up the next outage', async () => {
    const one = stage();
    one.host.upstream.answerBy(() => down);
    void one.begin({ body: { stream: true } });
    await one.host.advance(3000);
    const mark = await theMark(one);
    const endless: UpstreamStep = {
      headers: { 'content-type': 'text/event-stream' },
      chunks: new Array<string>(500).fill(
        'data: {"choices":[{"index":0,"delta":{"content":"more "}}]}\n\n',
      ),
      chunkDelayMs: 1000,
    };
    one.host.upstream.answerBy(() => endless);
    await one.host.advance(30_000);
    expect((await one.store.readHealth()).marks).toEqual([]);
    expect(await claimForAnother(one, mark)).toBe(true);
  });
});

describe('max_concurrency', () => {
  it('is not used up by a request that waits for capacity', async () => {
    const title = { provider: 'one', model: 'm', max_concurrency: 1, fallback: 'none' };
    const one = stage({ auxiliary: { title_generation: title } });
    one.host.upstream.answerBy(() => down);
    const asked = { model: 'title_generation', body: { stream: true } };
    const answers = [one.begin(asked), one.begin(asked)];
    await one.host.advance(8000);
    one.host.upstream.answerBy(() => streamed);
    await one.host.advance(6000);
    expect(await Promise.all(answers.map(async (answer) => (await answer).status))).toEqual([
      200, 200,
    ]);
  });
});

describe('a request that waits for a place of its task behind an outage', () => {
  it('holds neither the probe nor its turn meanwhile (law 7)', async () => {
    const title = { provider: 'one', model: 'm', max_concurrency: 1, fallback: 'none' };
    const one = stage({ auxiliary: { title_generation: title } });
    const endless: UpstreamStep = { ...answered, delayMs: 60_000 };
    one.host.upstream.answerBy(({ path }) => (path.includes('embeddings') ? endless : down));
    const waiting = one.begin({ model: 'title_generation', body: { stream: true } });
    await one.host.advance(500);
    void one.begin({ model: 'title_generation', path: '/v1/embeddings' });
    await one.host.advance(5000);
    const mark = await theMark(one);
    expect(mark.until).toBeLessThan(one.host.clock.now());
    expect(await claimForAnother(one, mark)).toBe(true);
    await one.store.releaseProbes([mark.key], 'another process');
    one.host.upstream.answerBy(({ path }) => (path.includes('embeddings') ? endless : streamed));
    const statuses: number[] = [];
    void one.begin({ body: { stream: true } }).then(({ status }) => statuses.push(status));
    await one.host.advance(2500);
    expect(statuses).toEqual([200]);
    await one.host.advance(60_000);
    expect((await waiting).status).toBe(200);
  });
});

describe('500 waiting requests of 1 MB', () => {
  it('starve no healthy route: it is answered at once, and who finds no room is told at once', async () => {
    const two = { ...server, base_url: 'https://two.test/v1', api_key: key('b') };
    const one = stageEngine({
      main: 'one/m',
      providers: { one: { ...server, api_key: key('a') }, two },
    });
    one.host.upstream.answerBy(({ origin }) => (origin.includes('one') ? down : answered));
    const user = 'x'.repeat(1024 * 1024);
    const statuses: number[] = [];
    for (let n = 0; n < 500; n++)
      void one.begin({ body: { stream: true, user } }).then(({ status }) => statuses.push(status));
    await one.host.advance(10_000);
    // A quarter of what may be held may wait; a body is a little more than 1 MB.
    const room = Math.ceil(defaults.gateway.maxInflightBytes / 4 / 1024 / 1024) - 1;
    expect(statuses).toHaveLength(500 - room);
    expect(new Set(statuses)).toEqual(new Set([429]));
    const healthy = one.begin({ model: 'two/m' });
    await one.host.advance(0);
    expect((await healthy).status).toBe(200);
    one.host.upstream.answerBy(() => streamed);
    await one.host.advance(20_000);
    expect(statuses.filter((status) => status === 200)).toHaveLength(room);
  });
});
