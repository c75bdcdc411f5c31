/**
 * What a continuation may be, rule by rule: what is believed, what is dropped, what ends with one
 * clean error (docs/streams.md).
 */

import { describe, expect, it } from 'vitest';
import { boundariesOf, bytesOf, Teller, type Telling, textOf } from './teller.ts';
import type { Tale } from './tongue.ts';

const words =
  'Once upon a time there was a miller whose daughter could spin straw into gold, and the king sent for her.';
const deltas = (words.match(/\s*\S+/g) ?? []).map((content) => ({ content }));
const told: Tale = { deltas, finish: 'stop' };
const thought: Tale = {
  deltas: [{ reasoning_content: 'Let me' }, { reasoning_content: ' think.' }, ...deltas],
  finish: 'stop',
};

/** The cut after this many events. */
function cutAfter(tale: Tale, events: number): number {
  return boundariesOf(bytesOf(tale))[events - 1] ?? 0;
}

async function tell(tale: Tale, telling: Partial<Telling>, body: object = {}) {
  const teller = new Teller(tale);
  const got = await teller.tell({ cuts: [], ending: 'reset', manner: 'exact', ...telling }, body);
  const chunks = got
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map((event) => JSON.parse(event.slice('data: '.length)));
  const [record] = teller.runtime.records();
  const text = textOf(
    chunks.flatMap(({ choices = [] }) => choices.map(({ delta }: { delta: object }) => delta)),
  );
  return { got, chunks, text, record, requests: teller.bodies.length };
}

describe('an empty continuation', () => {
  it('is asked for once more, then believed where the text may stop', async () => {
    const { got, text, record, requests } = await tell(told, {
      cuts: [cutAfter(told, deltas.length)],
      manner: 'nothing',
    });
    expect(text).toBe(words);
    expect(got.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(requests).toBe(3);
    expect(record?.notes).toEqual(['the continuation was empty']);
  });

  it('is not believed in the middle of a sentence: one clean error (law 17)', async () => {
    const { got, chunks, record } = await tell(told, {
      cuts: [cutAfter(told, 7)],
      manner: 'nothing',
    });
    expect(chunks.at(-1).error.code).toBe('stream-cut');
    expect(got).not.toContain('[DONE]');
    expect(record?.outcome).toBe('broken');
  });
});

describe('a continuation that begins anew', () => {
  it('and tells something else is no continuation: nothing of it is told, one clean error', async () => {
    const { chunks, text, record } = await tell(told, {
      cuts: [cutAfter(told, deltas.length)],
      manner: 'another',
    });
    expect(text).toBe(words);
    expect(chunks.at(-1).error).toMatchObject({ code: 'stream-cut' });
    expect(chunks.at(-1).error.message).toContain('began the answer anew');
    expect(record?.outcome).toBe('broken');
    expect(record?.joints).toBeUndefined();
  });
});

describe('when only reasoning was delivered', () => {
  it('the answer is asked for afresh and its reasoning is dropped', async () => {
    const { chunks, text, record } = await tell(thought, { cuts: [cutAfter(thought, 1)] });
    expect(text).toBe(words);
    expect(JSON.stringify(chunks)).not.toContain(' think.');
    expect(record?.joints).toMatchObject([{ at: 0, way: 'afresh', finding: 'clean', removed: 0 }]);
  });
});

describe('reasoning between tags inside the text', () => {
  const tagged: Tale = { ...told, thinking: 'They want a tale; let me remember how it goes.' };

  it.each(['exact', 'restart', 'overlap'] as const)(
    'is reasoning: the text behind it is told whole at every cut, told on: %s',
    async (manner) => {
      const teller = new Teller(tagged);
      for (const cut of boundariesOf(bytesOf(tagged)).slice(1)) {
        const got = await teller.tell({ cuts: [cut], ending: 'reset', manner });
        const chunks = got.split('\n\n').filter((event) => event.startsWith('data: {'));
        const text = chunks
          .map((event) => JSON.parse(event.slice(6)).choices[0]?.delta.content ?? '')
          .join('');
        const [thought = '', ...visible] = text.split('</think>');
        expect(
          visible.map((part) => part.trimStart()),
          `cut at byte ${cut}`,
        ).toEqual([words]);
        expect(`<think>${tagged.thinking}`.startsWith(thought.trimEnd())).toBe(true);
      }
    },
  );
});

describe('JSON that breaks off', () => {
  const pieces = ['{"name": "', 'Anna', ' Berg', '", "age"', ': 41, "', 'city": "', 'Rome"}'];
  const json: Tale = { deltas: pieces.map((content) => ({ content })), finish: 'stop' };
  const telling = { cuts: [cutAfter(json, 4)], manner: 'exact' } as const;

  it('is not gone on with by a target that takes no partial answer: one clean error', async () => {
    const { chunks, text, record, requests } = await tell(json, telling);
    expect(requests).toBe(1);
    expect(pieces.join('').startsWith(text)).toBe(true);
    expect(chunks.at(-1).error.message).toContain('it takes no partial answer of its own');
    expect(record?.outcome).toBe('broken');
  });

  it('is gone on with as its own message by one that takes it', async () => {
    const teller = new Teller(json, { models: { m: { prefill: true } } });
    const got = await teller.tell({ ending: 'reset', ...telling });
    expect(got).toContain('way=prefill');
    expect(got.endsWith('data: [DONE]\n\n')).toBe(true);
  });
});

describe('usage', () => {
  it('is the sum of all attempts, and counts what was delivered before a cut, on the wire and in the record', async () => {
    const runningUsage = {
      prompt_tokens: 3,
      completion_tokens: 2,
      completion_tokens_details: { reasoning_tokens: 1 },
    };
    const counted: Tale = { ...told, runningUsage };
    const { chunks, record } = await tell(counted, { cuts: [cutAfter(counted, 7)] });
    expect(record?.usage).toEqual({ inputTokens: 6, outputTokens: 12 });
    const wire = chunks.flatMap(({ usage }) => usage ?? []).at(-1);
    expect(wire).toEqual({
      prompt_tokens: 6,
      completion_tokens: 12,
      completion_tokens_details: { reasoning_tokens: 1 },
    });
  });
});

describe('three streams in a row that die after their first content', () => {
  it('bench their target, though each had committed; a whole answer ends that', async () => {
    const teller = new Teller(told, {}, { stream_recovery: 'error' });
    const telling = { ending: 'clean end', manner: 'exact', restMs: 0 } as const;
    for (let time = 0; time < 3; time++)
      await teller.tell({ ...telling, cuts: [cutAfter(told, 7)] });
    for (let time = 0; time < 2; time++) await teller.tell({ ...telling, cuts: [] });
    const records = teller.runtime.records();
    expect(records.map(({ outcome }) => outcome)).toEqual([
      'broken',
      'broken',
      'broken',
      'answered',
      'answered',
    ]);
    expect(records.map(({ skipped }) => skipped.map(({ cause }) => cause))).toEqual([
      [],
      [],
      [],
      ['held-back'],
      [],
    ]);
  });
});

describe('a stream that falls silent', () => {
  it('is left after exactly its limit', async () => {
    const { record, got } = await tell(told, { cuts: [cutAfter(told, 7)], ending: 'silence' });
    expect(record?.attempts.map(({ durationMs, failure }) => [durationMs, failure?.rule])).toEqual([
      [20_000, 'limit-idle'],
      [0, undefined],
    ]);
    expect(got).toContain(': holdfast joint at=');
  });

  it('shows signs of life every 15 s while nobody goes on yet', async () => {
    const { got, text } = await tell(told, { cuts: [cutAfter(told, 7), 0], ending: 'silence' });
    expect(got.match(/: waiting\n\n/g)).toHaveLength(4);
    expect(text).toBe(words);
  });

  it('is not late while the caller does not read', async () => {
    const { record, text } = await tell(told, {
      cuts: [cutAfter(told, 7)],
      ending: 'silence',
      drainMs: 600_000,
    });
    expect(record?.attempts[0]?.durationMs).toBe(620_000);
    expect(text).toBe(words);
  });
});
