/**
 * The word with which an answer ends: one that means failure is no end in any protocol, streamed or
 * whole; any other is one (law 17).
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProtocolName } from '../../src/model/protocol.ts';
import { judgeFinish } from '../../src/protocols/translation/finish.ts';
import type { UpstreamStep } from '../fakes/fake-host.ts';
import { eventStream, stageAnswers, type Told } from './answer-stage.ts';
import { askIn, endPatterns, normalEnds, protocols, streamOf, wholeOf } from './answers.ts';
import { chatTongue } from './chat-tongue.ts';
import { googleTongue } from './google-tongue.ts';
import { messagesTongue } from './messages-tongue.ts';
import { responsesTongue } from './responses-tongue.ts';
import type { Tongue } from './tongue.ts';

const seed = 20261123;

/** Written down by hand, from what vendors document and what was seen. */
const failing = [
  'error',
  'abort',
  'network_error',
  'cancelled',
  'canceled',
  'insufficient_system_resource',
  'OTHER',
  'MALFORMED_FUNCTION_CALL',
  'MALFORMED_RESPONSE',
  'UNEXPECTED_TOOL_CALL',
  'FINISH_REASON_UNSPECIFIED',
  'function_call_filter: MALFORMED_FUNCTION_CALL',
  'no_network',
  'request timed out',
  'TIME_OUT',
];
const harmless = [
  'no_error',
  'NoError',
  'no-errors',
  'error_free',
  'not_cancelled',
  'no_network_error',
  'max_time',
];
const unknown = [
  'eos',
  'end',
  'model_length',
  'eos_token',
  'done',
  'time_limit',
  'max_time_output',
  'x',
  '完了',
];

const saysCut = [
  'repetition_truncation',
  'truncated',
  'model_length',
  'max_time',
  'token_limit',
  'limit reached',
  'budget-exceeded',
  'output_cut_off',
];
const parts = [
  'error',
  'abort',
  'aborted',
  'fail',
  'failed',
  'failure',
  'cancel',
  'cancelled',
  'timeout',
  'network',
];
const plain = fc.constantFrom(
  'upstream',
  'tool',
  'server',
  'by_user',
  'v2',
  'connection',
  'stream',
);
const styles = [
  (words: readonly string[]) => words.join('_'),
  (words: readonly string[]) => words.join('-'),
  (words: readonly string[]) => words.join(' '),
  (words: readonly string[]) => words.join('.').toUpperCase(),
  (words: readonly string[]) => words.join('_').toUpperCase(),
  (words: readonly string[]) =>
    words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join(''),
];
const composed = fc
  .tuple(
    fc.array(plain, { maxLength: 2 }),
    fc.constantFrom(...parts),
    fc.array(plain, { maxLength: 1 }),
  )
  .chain(([before, part, behind]) =>
    fc.constantFrom(...styles).map((style) => style([...before, part, ...behind])),
  );
const failingWord = fc.oneof(fc.constantFrom(...failing), composed);

/** Letters in which none of the words for a failure stands. */
const anyWord = fc
  .stringMatching(/^[a-zA-Z]{2,12}(_[a-z]{1,8})?$/)
  .filter(
    (word) => !/err|abort|fail|cancel|time|net|malf|insuff|other|spec|unexp|too_m|miss/i.test(word),
  );
const harmlessWord = fc.oneof(fc.constantFrom(...harmless, ...unknown), anyWord);

describe('a finish word', () => {
  it('means failure where it says so, in whatever style', () => {
    fc.assert(
      fc.property(failingWord, (word) => {
        expect(judgeFinish(word).kind).toBe('broken');
      }),
      { numRuns: 2000, seed },
    );
  });

  it('means none where it does not say so, or denies it', () => {
    fc.assert(
      fc.property(harmlessWord, (word) => {
        expect(judgeFinish(word).kind).not.toBe('broken');
      }),
      { numRuns: 2000, seed },
    );
  });

  it('that is not known is passed on, as a cut where it says so', () => {
    const isCut = (word: string): boolean => judgeFinish(word).unified === 'length';
    for (const word of [...saysCut, ...saysCut.map((one) => one.toUpperCase())])
      expect([word, judgeFinish(word).kind, isCut(word)]).toEqual([word, 'unknown', true]);
    for (const word of ['eos', 'eos_token', 'end', 'done', 'natural', 'success', 'strength', 'x'])
      expect([word, judgeFinish(word).kind, isCut(word)]).toEqual([word, 'unknown', false]);
  });

  it.each([null, undefined, '', '  ', 0, true, {}, [], ['stop'], { reason: 'stop' }])(
    'is none: %j',
    (value) => {
      expect(judgeFinish(value).kind).toBe('none');
    },
  );
});

const pieces = ['Hello ', 'world', ' it is.'];
const said = 'Hello world it is.';

interface Case {
  readonly spoken: ProtocolName;
  readonly asked: ProtocolName;
  readonly isStreamed: boolean;
  /** A whole answer comes, though a stream was asked for. Default: false. */
  readonly comesWhole?: boolean;
  readonly hasContent: boolean;
}

const cases = fc.record({
  spoken: fc.constantFrom(...protocols),
  asked: fc.constantFrom(...protocols),
  isStreamed: fc.boolean(),
  comesWhole: fc.boolean(),
  hasContent: fc.boolean(),
});

function answerOf(
  { spoken, isStreamed, comesWhole, hasContent }: Case,
  word: unknown,
): UpstreamStep {
  const told = hasContent ? pieces : [];
  return isStreamed && comesWhole !== true
    ? { headers: eventStream, chunks: [streamOf(spoken, told, word)] }
    : { chunks: [JSON.stringify(wholeOf(spoken, told, word))] };
}

const tongues: Readonly<Record<ProtocolName, Tongue>> = {
  'openai-chat': chatTongue,
  'openai-responses': responsesTongue,
  'anthropic-messages': messagesTongue,
  'google-generate-content': googleTongue,
};

function textIn({ asked, isStreamed }: Case, told: string): string {
  if (isStreamed) return tongues[asked].read(told).text;
  return told.includes(JSON.stringify(said)) ? said : '';
}

/** What a strict client would stumble over; and agents show the last text of an answer alone. */
function oddIn({ asked, isStreamed }: Case, told: string): readonly string[] {
  if (!isStreamed) return [];
  const begun =
    /"type":"(?:content_block_start|response\.output_item\.added|response\.output_item\.done)"/g;
  const counts = Map.groupBy(told.match(begun) ?? [], (type) => type);
  const twice = [...counts]
    .filter(([, found]) => found.length > 1)
    .map(([type]) => `${type} twice`);
  return [...tongues[asked].read(told).oddities, ...twice];
}

function hasError({ isStreamed, asked }: Case, { status, text }: Told): boolean {
  if (status !== 200) return text.includes('"error"');
  return isStreamed && tongues[asked].read(text).isErrorLast;
}

describe('an answer whose finish means failure', () => {
  it('of a sole target is asked for once more, then told with its word, or as an error in other words', async () => {
    await fc.assert(
      fc.asyncProperty(cases, failingWord, async (one, word) => {
        const stage = stageAnswers([one.spoken], () => answerOf(one, word));
        const told = await stage.ask(askIn(one.asked, one.isStreamed));
        expect(told.asked).toEqual(['one', 'one']);
        expect(told.record?.attempts[0]?.failure?.class).toBe('unfinished');
        expect(told.record?.outcome).not.toBe('answered');
        expect(await stage.marks()).toEqual([]);
        if (one.spoken === one.asked) {
          expect(told.text).toContain(JSON.stringify(word));
          expect(hasError(one, told)).toBe(false);
        } else {
          expect(told.text).not.toMatch(endPatterns[one.asked]);
          expect(hasError(one, told)).toBe(true);
        }
        if (one.hasContent && told.status === 200) expect(textIn(one, told.text)).toBe(said);
      }),
      { numRuns: 300, seed },
    );
  });

  it('is answered by the next target as one text, and nobody is marked', async () => {
    const other = fc.constantFrom(...protocols);
    await fc.assert(
      fc.asyncProperty(
        cases,
        failingWord,
        fc.array(other, { maxLength: 1 }),
        other,
        async (one, word, more, last) => {
          const failing = [one.spoken, ...more];
          const good = { ...one, spoken: last, hasContent: true };
          const names = ['one', 'two', 'three'].slice(0, failing.length + 1);
          const stage = stageAnswers([...failing, last], (target) => {
            const spoken = failing[names.indexOf(target)];
            return spoken === undefined
              ? answerOf(good, normalEnds[last])
              : answerOf({ ...one, spoken }, word);
          });
          const told = await stage.ask(askIn(one.asked, one.isStreamed));
          expect(told.asked).toEqual(names);
          expect(told.record).toMatchObject({
            outcome: 'answered',
            answeredBy: `${names.at(-1)}/m`,
          });
          expect(told.text).toMatch(endPatterns[one.asked]);
          expect(textIn(one, told.text)).toBe(said);
          expect(oddIn(one, told.text)).toEqual([]);
          expect(await stage.marks()).toEqual([]);
        },
      ),
      { numRuns: 300, seed },
    );
  });
});

describe('an answer whose finish nobody knows', () => {
  it('is told as it came, or as a normal end, with its word in the record once', async () => {
    await fc.assert(
      fc.asyncProperty(cases, harmlessWord, async (kind, word) => {
        const one = { ...kind, hasContent: true };
        const stage = stageAnswers([one.spoken, 'openai-chat'], () => answerOf(one, word));
        const told = await stage.ask(askIn(one.asked, one.isStreamed));
        expect(told.asked).toEqual(['one']);
        expect(told.record?.outcome).toBe('answered');
        expect(textIn(one, told.text)).toBe(said);
        if (one.spoken === one.asked) expect(told.text).toContain(JSON.stringify(word));
        else expect(told.text).toMatch(endPatterns[one.asked]);
        const notes = told.record?.notes.filter((note) => note.includes(`"${word}"`));
        expect(notes).toHaveLength(judgeFinish(word).kind === 'unknown' ? 1 : 0);
      }),
      { numRuns: 200, seed },
    );
  });
});

it.each(['OTHER', 'SAFETY', 'IMAGE_SAFETY'])(
  'a prompt refused with the reason %s is an answer, streamed, whole, and whole in place of a stream',
  async (blockReason) => {
    const body = JSON.stringify({ promptFeedback: { blockReason }, candidates: [] });
    for (const [isStreamed, step] of [
      [false, { chunks: [body] }],
      [true, { chunks: [body] }],
      [true, { headers: eventStream, chunks: [`data: ${body}\n\n`] }],
    ] as const) {
      const stage = stageAnswers(['google-generate-content'], () => step);
      const told = await stage.ask(askIn('google-generate-content', isStreamed));
      expect([told.asked, told.record?.outcome]).toEqual([['one'], 'answered']);
      const failure = told.record?.attempts[0]?.failure;
      expect([failure?.class, failure?.message]).toEqual([
        'content-policy',
        `the prompt was refused with "${blockReason}", and no answer was begun`,
      ]);
    }
  },
);

describe('a whole answer without a finish', () => {
  const whole = (spoken: ProtocolName, asked: ProtocolName): Case => ({
    spoken,
    asked,
    isStreamed: false,
    hasContent: true,
  });
  const pairs = protocols.flatMap((spoken) => protocols.map((asked) => [spoken, asked] as const));

  it.each(pairs)(
    'in %s for a caller of %s is passed over three times, then known',
    async (spoken, asked) => {
      const one = whole(spoken, asked);
      const stage = stageAnswers([spoken, 'openai-chat'], (target) =>
        target === 'one'
          ? answerOf(one, null)
          : answerOf({ ...one, spoken: 'openai-chat' }, 'stop'),
      );
      const askOnce = (): ReturnType<typeof stage.ask> => stage.ask(askIn(asked, false));
      for (let count = 0; count < 3; count++)
        expect((await askOnce()).asked).toEqual(['one', 'two']);
      const told = await askOnce();
      expect(told.asked).toEqual(['one']);
      expect(textIn(one, told.text)).toBe(said);
      expect(await stage.marks()).toEqual([]);
      await stage.host.advance(61 * 60_000);
      expect((await askOnce()).asked).toEqual(['one', 'two']);
    },
  );

  it.each(pairs)(
    'in %s for a caller of %s is passed on by a sole target at once',
    async (spoken, asked) => {
      const one = whole(spoken, asked);
      const told = await stageAnswers([spoken], () => answerOf(one, null)).ask(askIn(asked, false));
      expect([told.asked, told.status, told.record?.outcome]).toEqual([['one'], 200, 'answered']);
      expect(textIn(one, told.text)).toBe(said);
    },
  );

  it('is passed on where the next target has no better one', async () => {
    const one = whole('openai-chat', 'openai-chat');
    const stage = stageAnswers(['openai-chat', 'openai-chat'], (target) =>
      target === 'one' ? answerOf(one, null) : { status: 503, chunks: ['{}'] },
    );
    const told = await stage.ask(askIn('openai-chat', false));
    expect(told.status).toBe(200);
    expect(textIn(one, told.text)).toBe(said);
  });

  it('in between with a finish begins the count anew', async () => {
    const one = whole('openai-chat', 'openai-chat');
    const words = [null, null, 'stop', null, null, null];
    const stage = stageAnswers(['openai-chat', 'openai-chat'], (target) =>
      answerOf(one, target === 'one' ? words.shift() : 'stop'),
    );
    const asked = [];
    for (let count = 0; count < 6; count++)
      asked.push((await stage.ask(askIn('openai-chat', false))).asked.length);
    expect(asked).toEqual([2, 2, 1, 2, 2, 2]);
  });
});
