/**
 * Rescues over real sockets, by what a request comes in and what its providers speak: what the
 * caller got, and what the provider saw.
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Headers } from '../../src/model/request.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { type Answer, ask, startEngine, type Trip, textOf as textIn } from './harness.ts';
import { datasOf, endsWhole, type NamedPair, type Pair } from './protocol-cases.ts';

let sim: SimulatedProvider;

/** All that holds for every pair. */
export function testRescues(pairs: readonly NamedPair[]): void {
  beforeAll(async () => {
    sim = await startSimulatedProvider();
  });
  beforeEach(() => sim.reset());
  afterAll(() => sim.close());

  describe.each(pairs)('a streamed request in %s', (_name, pair) => {
    const { asked: tongue, spoken } = pair;
    const travel = (trip: Trip, body?: object, headers?: Headers) =>
      travelIn(pair, trip, { body, headers });
    const textOf = (answer: Answer): string => textIn(answer, tongue);

    it('survives a momentary 401 on a key that has worked, with three requests and no harsh word', async () => {
      const { runtime, said } = startEngine(sim, {
        model: 'sim/echo',
        key: 'sk-sim-flaky-2',
        tongue: spoken,
      });
      await ask(runtime, {}, { tongue });
      sim.clearLog();
      const answer = await ask(runtime, { stream: true }, { tongue });
      await runtime.close();
      expect(answer.status).toBe(200);
      expect(textOf(answer)).toContain('hello there');
      expect(sim.log().map(({ status }) => status)).toEqual([401, 401, 200]);
      expect(said.join('\n')).not.toMatch(/expired|invalid/i);
      expect(said).toHaveLength(2);
    });

    it('sends one request with a key that never worked and says that it was rejected', async () => {
      const { answer, seen } = await travel({ model: 'sim/echo', key: 'sk-sim-never' });
      expect(seen).toEqual(['sim/echo 401']);
      expect(answer.status).toBe(tongue.lastingStatus ?? 400);
      expect(answer.headers['x-should-retry']).toBe('false');
      expect(tongue.readError(answer.text)?.message).toMatch(
        /rejected the key .* it has never worked here/,
      );
    });

    it('names everybody, in the shape of the caller, when nobody is left', async () => {
      const { answer, seen } = await travel({
        model: 'sim/429-forever',
        fallback: 'sim/status-402',
      });
      const { code, message } = tongue.readError(answer.text) ?? {};
      expect({ status: answer.status, code }).toEqual({ status: 429, code: 'rate-limit' });
      expect(message).toMatch(
        /^Limit: sim\/sim\/429-forever answered 429 .*; spare\/sim\/status-402 answered 402 /,
      );
      expect(seen).toHaveLength(2);
    });

    it('waits for a short Retry-After on the same provider (fault 1)', async () => {
      const { answer, seen, record } = await travel({
        model: 'sim/429-once-after-2',
        fallback: 'sim/echo',
      });
      expect(answer.headers['x-holdfast-target']).toBe('sim/sim/429-once-after-2');
      expect(seen).toEqual(['sim/429-once-after-2 429', 'sim/429-once-after-2 200']);
      expect(record?.durationMs).toBeGreaterThanOrEqual(1990);
    });

    it('falls back from a limit without an end at once (fault 2)', async () => {
      const { answer, seen } = await travel({ model: 'sim/429-forever', fallback: 'sim/echo' });
      expect(answer.headers['x-holdfast-target']).toBe('spare/sim/echo');
      expect(seen).toEqual(['sim/429-forever 429', 'sim/echo 200']);
    });

    it('retries one 500 on the same provider (fault 3)', async () => {
      const { answer, seen } = await travel({ model: 'sim/status-500-once', fallback: 'sim/echo' });
      expect(seen).toEqual(['sim/status-500-once 500', 'sim/status-500-once 200']);
      expect(answer.headers['x-holdfast-attempts']).toBe('2');
    });

    it('leaves an overloaded provider after two retries (fault 4)', async () => {
      const { answer, seen } = await travel({ model: 'sim/status-503', fallback: 'sim/echo' });
      expect(seen).toEqual([...new Array(3).fill('sim/status-503 503'), 'sim/echo 200']);
      expect(textOf(answer)).toContain('sim/echo');
    });

    it('answers in spite of a reset before the head (fault 5)', async () => {
      const { answer } = await travel({ model: 'sim/reset-once' });
      expect(answer.status).toBe(200);
      expect(textOf(answer)).toContain('hello there');
    });

    it('has the rest told by the next target where an event is damaged (fault 10, law 17)', async () => {
      const { answer, record } = await travel({ model: 'sim/malformed-3', fallback: 'sim/echo' });
      expect(endsWhole(answer.text, tongue)).toBe(true);
      expect(record?.attempts.map(({ failure }) => failure?.class)).toEqual([
        'malformed',
        undefined,
      ]);
      expect(record?.joints).toMatchObject([{ to: 'spare/sim/echo' }]);
    });

    it('takes a finish reason without a marker for success, and no other end (fault 11, law 17)', async () => {
      const { answer, record } = await travel({ model: 'sim/no-done' });
      expect(endsWhole(answer.text, tongue)).toBe(spoken.hasFinishReason);
      expect(record?.outcome).toBe(spoken.hasFinishReason ? 'answered' : 'broken');
    });

    it('asks a target that may have room after one context overflow (fault 12)', async () => {
      const { answer, seen } = await travel({
        model: 'sim/context-overflow',
        fallback: 'sim/echo',
      });
      expect(textOf(answer)).toContain('hello there');
      expect(seen).toEqual(['sim/context-overflow 400', 'sim/echo 200']);
    });

    it('passes a context overflow on as the provider said it, after one attempt (fault 12)', async () => {
      const { answer, seen } = await travel({ model: 'sim/context-overflow' });
      expect(answer.status).toBe(400);
      expect(tongue.readError(answer.text)?.message).toMatch(
        /maximum context length|prompt is too long|maximum number of tokens/,
      );
      expect(seen).toHaveLength(1);
    });

    it('does not route around a policy refusal (fault 13)', async () => {
      const { answer, seen } = await travel({ model: 'sim/content-policy', fallback: 'sim/echo' });
      expect(tongue.readError(answer.text)?.message).toMatch(
        /content policy|content filtering policy/,
      );
      expect(seen).toHaveLength(1);
    });

    it('ends a cut after content with one clean error where the caller wants no continuation (law 17)', async () => {
      const { answer, record } = await travel(
        { model: 'sim/cut-after-4', fallback: 'sim/echo' },
        { stream: true },
        { 'x-holdfast-stream-recovery': 'error' },
      );
      expect(tongue.readError(datasOf(answer.text).at(-1) ?? '')?.code).toBe('stream-cut');
      expect(answer.text).not.toMatch(tongue.marker);
      expect(record?.outcome).toBe('broken');
    });

    it.each([
      'sim/html-200',
      'sim/error-in-200',
      'sim/garbage-sse',
      'sim/truncated-head',
      'sim/empty',
      'sim/html-502',
    ])('gets its answer elsewhere when %s is no answer', async (model) => {
      const { answer } = await travel({ model, fallback: 'sim/echo' });
      expect(answer.headers['x-holdfast-target']).toBe('spare/sim/echo');
      expect(textOf(answer)).toContain('hello there');
    });
  });

  describe.each(pairs)('a request in %s, that is not streamed', (_name, pair) => {
    const travel = (trip: Trip, body?: object) => travelIn(pair, trip, { body });

    it.each([
      'sim/status-503',
      'sim/reset',
      'sim/wrong-length',
      'sim/html-200',
      'sim/error-in-200',
    ])('gets its whole answer elsewhere: %s', async (model) => {
      const { answer } = await travel({ model, fallback: 'sim/echo' }, {});
      expect(answer.status).toBe(200);
      const told = JSON.parse(answer.text);
      expect(told.model ?? told.modelVersion).toBe('sim/echo');
    });

    it('sends nothing when no key resolves and says where it looked', async () => {
      const { answer, seen } = await travel(
        { model: 'sim/echo', key: `\${NO_SUCH_KEY}`, fallback: 'sim/echo' },
        {},
      );
      expect(answer.headers['x-holdfast-target']).toBe('spare/sim/echo');
      expect(seen).toEqual(['sim/echo 200']);
    });
  });
}

async function travelIn(
  { asked, spoken }: Pair,
  trip: Trip,
  {
    body = { stream: true },
    headers = {},
  }: { body?: object | undefined; headers?: Headers | undefined } = {},
) {
  const { runtime, said } = startEngine(sim, { ...trip, tongue: spoken });
  const answer = await ask(runtime, body, { headers, tongue: asked });
  const [record] = runtime.records();
  await runtime.close();
  return { answer, said, record, seen: sim.log().map(({ model, status }) => `${model} ${status}`) };
}
