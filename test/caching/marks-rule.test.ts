/**
 * The rules of our cache marks, held over random lives of a key: what is marked, when, and that it
 * is worth its price.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PromptCache } from '../../src/access/answer/prompt-cache.ts';
import { messagesCacheMarks } from '../../src/protocols/anthropic-messages/cache-out.ts';
import type { WireObject } from '../../src/protocols/json/is-record.ts';
import { targetOf } from '../translation/sides.ts';
import { ClaudeCache, readBlocks } from './claude-cache.ts';

const minimum = 1024;
const runs = { numRuns: 2000, seed: 20_261_123 };
const target = targetOf('anthropic-messages', { cacheMarks: 'auto', cacheMinimum: minimum });
const lease = {
  credentialId: 'config',
  label: 'config',
  fingerprint: 'sha256:0',
  account: 'sha256:0',
  origin: target.origin,
  model: target.model,
  operation: 'generate' as const,
  leasedAt: 0,
  foundAt: 'config.yaml:3',
  site: target.origin,
};

interface Step {
  /** Which of a few conversations, and who asks. */
  readonly talk: number;
  readonly caller: string;
  readonly isTask: boolean;
  readonly isForced: boolean;
  readonly clientMarks: boolean;
  /** Seconds until then. */
  readonly pause: number;
}

interface Talk {
  readonly systemWords: number;
  readonly tools: number;
  readonly turnWords: number;
  /** Of a picture in the first turn; 0: there is none. */
  readonly pictureBytes: number;
}

const lives = fc.record({
  talks: fc.array(
    fc.record({
      systemWords: fc.constantFrom(0, 20, 900, 3000),
      tools: fc.constantFrom(0, 0, 2, 20),
      turnWords: fc.constantFrom(3, 200, 1500),
      pictureBytes: fc.constantFrom(0, 0, 30_000),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  steps: fc.array(
    fc.record({
      talk: fc.nat(3),
      caller: fc.constantFrom('one', 'another'),
      isTask: fc.constantFrom(false, false, false, true),
      isForced: fc.constantFrom(false, false, false, true),
      clientMarks: fc.constantFrom(false, false, false, false, true),
      pause: fc.constantFrom(0, 5, 60, 290, 400, 4000),
    }),
    { minLength: 1, maxLength: 14 },
  ),
});

const words = (count: number, seed: string): string => `${seed} `.repeat(count);
const text = (said: string) => ({ type: 'text', text: said });
const mark = { cache_control: { type: 'ephemeral' } };

function writeBody(
  { systemWords, tools, turnWords, pictureBytes }: Talk,
  turns: number,
  { talk, isForced, clientMarks }: Step,
): WireObject {
  const rounds = Array.from({ length: turns }, (_, turn) => [
    { role: 'assistant', content: [text(words(20, `a${talk}.${turn}`))] },
    { role: 'user', content: [text(words(turnWords, `u${talk}.${turn}`))] },
  ]).flat();
  const data = Buffer.alloc(pictureBytes, talk).toString('base64');
  const source = { type: 'base64', media_type: 'image/png', data };
  const pictures = pictureBytes === 0 ? [] : [{ type: 'image', source }];
  const first = { ...text(words(turnWords, `t${talk}`)), ...(clientMarks ? mark : {}) };
  return {
    ...(systemWords === 0 ? {} : { system: [text(words(systemWords, `s${talk}`))] }),
    messages: [{ role: 'user', content: [...pictures, first] }, ...rounds],
    ...(tools === 0
      ? {}
      : {
          tools: Array.from({ length: tools }, (_, index) => ({
            name: `t${talk}_${index}`,
            input_schema: { type: 'object', description: words(40, 'd') },
          })),
          ...(isForced ? { tool_choice: { type: 'any' } } : {}),
        }),
  };
}

/** Plays one life; `look` sees each request as it went out, with what was known before it. */
function play(
  { talks, steps }: { readonly talks: readonly Talk[]; readonly steps: readonly Step[] },
  look: (seen: { step: Step; body: WireObject; sent: WireObject; isHeadNew: boolean }) => void,
): { readonly price: number; readonly plain: number } {
  let now = 0;
  const cache = new PromptCache({ monotonic: () => now });
  const claude = new ClaudeCache(minimum);
  const turns = new Map<number, number>();
  const heads = new Map<string, number>();
  let [price, plain] = [0, 0];
  for (const step of steps) {
    now += step.pause * 1000;
    const talk = talks[step.talk % talks.length];
    if (talk === undefined) continue;
    const turn = turns.get(step.talk) ?? 0;
    turns.set(step.talk, turn + 1);
    const body = writeBody(talk, turn, step);
    const head = JSON.stringify([body['tools'], body['system']]);
    const isHeadNew = now - (heads.get(head) ?? Number.NEGATIVE_INFINITY) >= 300_000;
    heads.set(head, now);
    const cached = cache.mark(body, {
      target,
      marks: messagesCacheMarks,
      lease,
      caller: step.caller,
      isTask: step.isTask,
    });
    const sent = cached?.body ?? body;
    look({ step, body, sent, isHeadNew });
    const blocks = readBlocks(JSON.stringify({ system: [], tools: [], ...sent }));
    const tokens = claude.ask(blocks, now);
    cached?.note({ inputTokens: 0, cachedTokens: tokens.read, cacheWriteTokens: tokens.written });
    const all = blocks.reduce((sum, block) => sum + block.tokens, 0);
    if (step.clientMarks) continue;
    plain += all;
    price += all - tokens.read - tokens.written + 1.25 * tokens.written + 0.1 * tokens.read;
  }
  return { price, plain };
}

const marksIn = (body: WireObject): number =>
  JSON.stringify(body).split('"cache_control"').length - 1;

describe('our marks', () => {
  it('are few, never beside those of the client, and change nothing else', () => {
    fc.assert(
      fc.property(lives, (life) => {
        play(life, ({ step, body, sent }) => {
          if (step.clientMarks) expect(sent).toBe(body);
          expect(marksIn(sent)).toBeLessThanOrEqual(4);
          const plain = JSON.parse(JSON.stringify(sent), (key, value) =>
            key === 'cache_control' ? undefined : value,
          );
          expect(plain).toEqual(
            JSON.parse(JSON.stringify(body), (key, value) =>
              key === 'cache_control' ? undefined : value,
            ),
          );
        });
      }),
      { ...runs, numRuns: 500 },
    );
  });

  it('stand in no side task, in no forced call whose prompt is new, in no one-shot request, and nowhere below the minimum', () => {
    fc.assert(
      fc.property(lives, (life) => {
        play(life, ({ step, body, sent, isHeadNew }) => {
          if (step.clientMarks || marksIn(sent) === 0) return;
          const blocks = readBlocks(JSON.stringify({ system: [], tools: [], ...sent }));
          const end = blocks.findIndex(({ isMarked }) => isMarked) + 1;
          const tokens = blocks.slice(0, end).reduce((sum, block) => sum + block.tokens, 0);
          const isOneShot =
            !JSON.stringify(body).includes('"assistant"') && body['tools'] === undefined;
          const wrong = [
            step.isTask && 'a side task',
            body['tool_choice'] !== undefined && isHeadNew && 'a forced call whose prompt is new',
            isOneShot && isHeadNew && 'a one-shot request',
            tokens < minimum && `${tokens} tokens`,
          ].filter((one) => one !== false);
          expect(wrong).toEqual([]);
        });
      }),
      runs,
    );
  });

  it('never cost more than three writes of each caller an hour beyond what they save', () => {
    fc.assert(
      fc.property(lives, (life) => {
        let most = 0;
        const { price, plain } = play(life, ({ sent }) => {
          most = Math.max(most, JSON.stringify(sent).length / 4);
        });
        const hours = 1 + Math.ceil(life.steps.reduce((sum, { pause }) => sum + pause, 0) / 3600);
        expect(price).toBeLessThanOrEqual(plain + 0.25 * most * 3 * 2 * hours);
      }),
      { ...runs, numRuns: 500 },
    );
  });
});
