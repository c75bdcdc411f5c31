/**
 * What is made of a request's body counts beside it, whatever is made of it; and where there is no
 * memory for it, that is all the caller is told.
 */

import { describe, expect, it } from 'vitest';
import { RequestError } from '../../src/errors.ts';
import type { UpstreamRequest } from '../../src/host.ts';
import type { ProtocolName } from '../../src/model/protocol.ts';
import type { UpstreamStep } from '../fakes/fake-host.ts';
import { Random } from '../simulation/random.ts';
import { type AnswerStage, eventStream, stageAnswers, type Told } from '../streams/answer-stage.ts';
import { type Ask, askIn, normalEnds, protocols, streamOf, wholeOf } from '../streams/answers.ts';

/** What becomes of one attempt. */
type Fate = 'good' | 'down' | 'refused' | 'cut';

interface Play {
  readonly asked: ProtocolName;
  readonly spoken: readonly ProtocolName[];
  readonly isStreamed: boolean;
  readonly text: string;
  /** The last one stands for all behind it. */
  readonly fates: readonly Fate[];
}

function drawPlay(seed: number): Play {
  const random = new Random(seed);
  const words = ['word ', '决定。', '"quoted"', 'schön 🎉 ', 'a\\b\n'];
  return {
    asked: random.pick(protocols),
    spoken: Array.from({ length: random.integer(1, 3) }, () => random.pick(protocols)),
    isStreamed: random.chance(0.5),
    text: Array.from({ length: random.integer(400, 4000) }, () => random.pick(words)).join(''),
    fates: Array.from({ length: random.integer(0, 3) }, () =>
      random.pick<Fate>(['good', 'down', 'refused', 'cut']),
    ),
  };
}

function answerWith(fate: Fate, spoken: ProtocolName, isStreamed: boolean): UpstreamStep {
  if (fate === 'down') return { status: 503, chunks: ['{"error":{"message":"down"}}'] };
  if (fate === 'refused') {
    const error = {
      code: 'unsupported_parameter',
      param: 'temperature',
      message: 'Unsupported parameter: temperature',
    };
    return { status: 400, chunks: [JSON.stringify({ error })] };
  }
  const word = normalEnds[spoken];
  if (!isStreamed) return { chunks: [JSON.stringify(wholeOf(spoken, ['Hello', ' world.'], word))] };
  const whole = streamOf(spoken, ['Hello', ' world.'], word);
  if (fate === 'good') return { headers: eventStream, chunks: [whole] };
  const at = whole.indexOf('\n\n', whole.indexOf('Hello')) + 2;
  return { headers: eventStream, chunks: [whole.slice(0, at)], cutAfter: new Error('cut') };
}

/** One account of memory, as the gateway keeps it. */
class BodyMemory {
  kept = 0;
  /** How often more was taken. */
  calls = 0;
  wasShort = false;
  /** The call from which on there is none. */
  readonly #shortAt: number;

  constructor(shortAt = Number.POSITIVE_INFINITY) {
    this.#shortAt = shortAt;
  }

  readonly take = (bytes: number): void => {
    if (bytes > 0) this.calls += 1;
    if (bytes > 0 && this.calls >= this.#shortAt) {
      this.wasShort = true;
      throw new RequestError('busy', 'there is no memory', {
        status: 429,
        headers: { 'retry-after': '1' },
      });
    }
    this.kept += bytes;
  };
}

interface Played {
  readonly told: Told;
  readonly memory: BodyMemory;
  readonly stage: AnswerStage;
  /** Of each request that went out: what was kept then, and how it looked. */
  readonly sent: readonly {
    readonly kept: number;
    readonly calls: number;
    readonly body: string;
    readonly wasShort: boolean;
  }[];
  readonly body: string;
}

async function play(
  { asked, spoken, isStreamed, text, fates }: Play,
  memory: BodyMemory,
): Promise<Played> {
  const sent: { kept: number; calls: number; body: string; wasShort: boolean }[] = [];
  const names = ['one', 'two', 'three'];
  const stage = stageAnswers(spoken, (name, request) => {
    sent.push({ ...memory, kept: memory.kept, calls: memory.calls, body: textOf(request) });
    const fate = fates[sent.length - 1] ?? 'good';
    return answerWith(fate, spoken[names.indexOf(name)] ?? asked, isStreamed);
  });
  const ask = longAsk(asked, isStreamed, text);
  const told = await stage.ask({ ...ask, takeBodyMemory: memory.take });
  return { told, memory, stage, sent, body: JSON.stringify(ask.body) };
}

function longAsk(asked: ProtocolName, isStreamed: boolean, text: string): Ask {
  const ask = askIn(asked, isStreamed);
  const sampled = asked === 'google-generate-content' ? {} : { temperature: 0.2 };
  const body = JSON.parse(JSON.stringify(ask.body).replaceAll('"hi"', JSON.stringify(text)));
  return { ...ask, body: { ...body, ...sampled } };
}

function textOf({ body }: UpstreamRequest): string {
  return Buffer.concat([body ?? []].flat()).toString();
}

/** Whether it went out as it came, but for its model. */
function isAsItCame(sent: string, came: string): boolean {
  return sent.replace(/"model":"[^"]*"/, '') === came.replace(/"model":"[^"]*"/, '');
}

const seeds = Array.from({ length: 300 }, (_, index) => index + 1);

describe('the memory for what is made of bodies', () => {
  it('counts each body that is written in place of the client’s, and nothing for one that goes on as it came', async () => {
    let written = 0;
    for (const seed of seeds) {
      const { sent, body, memory } = await play(drawPlay(seed), new BodyMemory());
      let isFirst = true;
      for (const one of sent) {
        if (!isAsItCame(one.body, body)) {
          written += 1;
          expect(one.kept, `seed ${seed}`).toBeGreaterThanOrEqual(Buffer.byteLength(one.body));
        } else if (isFirst) expect(one.calls, `seed ${seed}`).toBe(0);
        isFirst = false;
      }
      const length = Buffer.byteLength(body);
      expect([0, 2 * length], `seed ${seed}: all work gives its memory back`).toContain(
        memory.kept,
      );
    }
    expect(written).toBeGreaterThan(seeds.length);
  });

  it('is all that the caller is told where it is short, at whatever moment, and no target is blamed', async () => {
    let short = 0;
    for (const seed of seeds) {
      const drawn = drawPlay(seed);
      const { memory: enough } = await play(drawn, new BodyMemory());
      for (let at = 1; at <= Math.min(enough.calls, 6); at++) {
        const { told, memory, sent, stage } = await play(drawn, new BodyMemory(at));
        const where = `seed ${seed}, short at ${at}`;
        expect(memory.wasShort, where).toBe(true);
        const blamed = told.record?.attempts.filter(({ failure }) =>
          /no memory/.test(failure?.message ?? ''),
        );
        expect(blamed ?? [], where).toEqual([]);
        // Who only looks whether somebody else could answer goes on without an answer to that.
        if (!/no memory/.test(told.text)) continue;
        short += 1;
        if (sent.length === 0) {
          expect(told.status, where).toBe(429);
          expect(await stage.marks(), where).toEqual([]);
        }
        expect(
          sent.filter(({ wasShort }) => wasShort),
          where,
        ).toEqual([]);
      }
    }
    expect(short).toBeGreaterThan(seeds.length);
  });
});
