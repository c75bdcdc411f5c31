/**
 * Our own callers (the library's `ask`, auxiliary tasks, `holdfast ask`, the AI SDK provider)
 * before providers that speak one protocol only.
 */

import { generateText, stepCountIs, streamText, tool } from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createHoldfastProvider } from '../../src/ai-sdk/index.ts';
import { createHoldfast, type Holdfast } from '../../src/library/holdfast.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { tongues } from './protocol-cases.ts';

let sim: SimulatedProvider;
beforeAll(async () => {
  sim = await startSimulatedProvider();
});
beforeEach(() => sim.reset());
afterAll(() => sim.close());

/** Where the model stands in the path, any will do. */
const paths = (): readonly string[] => [
  ...new Set(sim.log().map(({ path }) => path.replace(/models\/.*:.*/, 'models/…'))),
];

describe.each(tongues.map(({ protocol, path }) => [protocol, path] as const))(
  'where everybody speaks %s only',
  (protocol, path) => {
    const server = (url: string, key: string) => ({
      base_url: url,
      protocol,
      api_key: key,
      pace: 'quick',
    });
    const configOf = (main: string) => ({
      main: `one/${main}`,
      auxiliary: {
        monitor: { provider: 'one', model: 'sim/status-503' },
        lonely: { provider: 'one', model: 'sim/status-503', fallback: 'none' },
      },
      providers: { one: server(sim.url, 'sk-sim-good') },
    });
    const by = async <Result>(
      main: string,
      work: (holdfast: Holdfast) => Promise<Result>,
    ): Promise<Result> => {
      const holdfast = createHoldfast({ config: configOf(main) });
      return work(holdfast).finally(() => holdfast.close());
    };

    it('a question is answered, piece by piece', async () => {
      const pieces: string[] = [];
      const result = await by('sim/plain', (holdfast) =>
        holdfast.ask({
          prompt: 'good morning',
          system: 'be short',
          onText: (text) => pieces.push(text),
        }),
      );
      expect(result).toMatchObject({
        text: expect.stringContaining('good morning'),
        target: 'one/sim/plain',
      });
      expect(pieces.join('')).toBe(result.text);
      expect(pieces.length).toBeGreaterThan(1);
      expect(result.usage?.outputTokens).toEqual(expect.any(Number));
      expect(paths()).toEqual([path.replace(/models\/.*:.*/, 'models/…')]);
    });

    it('a task falls back to the main model', async () => {
      const result = await by('sim/plain', (holdfast) =>
        holdfast.ask({ prompt: 'well?', model: 'monitor' }),
      );
      expect(result.target).toBe('one/sim/plain');
      expect(paths()).toEqual([path.replace(/models\/.*:.*/, 'models/…')]);
    });

    it('a task that nobody answers ends with the reason', async () => {
      const asking = by('sim/plain', (holdfast) =>
        holdfast.ask({ prompt: 'a title', model: 'lonely' }),
      );
      await expect(asking).rejects.toThrow(/503/);
    });

    it('a cut answer is never told as a whole one', async () => {
      const asking = by('sim/cut-after-4', (holdfast) => holdfast.ask('tell me'));
      await expect(asking).rejects.toMatchObject({ code: 'stream-broken' });
    });

    it('the AI SDK streams through it and makes a tool round trip', async () => {
      const holdfast = createHoldfastProvider({ runtime: { config: configOf('sim/echo') } });
      const look = tool({
        inputSchema: z.object({ place: z.string() }),
        execute: ({ place }) => `found ${place}`,
      });
      const { text } = streamText({ model: holdfast('main'), prompt: 'good morning' });
      expect(await text).toContain('good morning');
      const called = await generateText({
        model: holdfast('main'),
        prompt: 'look({"place": "Rome"}), please',
        tools: { look },
        stopWhen: stepCountIs(3),
      });
      await holdfast.close();
      expect(called.steps[0]?.toolResults).toMatchObject([{ output: 'found Rome' }]);
      expect(called.text).not.toBe('');
    });
  },
);
