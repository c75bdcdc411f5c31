/** The tables of `docs/protocols.md` against the code: each row is true, and nothing that the code reads or writes is without one. */

import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ProtocolName } from '../../src/model/protocol.ts';
import { messagesRules } from '../../src/protocols/anthropic-messages/translate-in.ts';
import { messagesBody } from '../../src/protocols/anthropic-messages/wire.ts';
import { googleRules } from '../../src/protocols/google-generate-content/translate-in.ts';
import { googleBody } from '../../src/protocols/google-generate-content/wire.ts';
import type { NeutralAnswer } from '../../src/protocols/neutral.ts';
import { findCallObstacle } from '../../src/protocols/obstacle.ts';
import { chatRules } from '../../src/protocols/openai-chat/translate-in.ts';
import { chatBody } from '../../src/protocols/openai-chat/wire.ts';
import { responsesRules } from '../../src/protocols/openai-responses/translate-in.ts';
import { responsesBody } from '../../src/protocols/openai-responses/wire.ts';
import type { WireObject } from '../../src/protocols/protocol.ts';
import type { FieldRules } from '../../src/protocols/translation/field-fates.ts';
import { chatAnswers, messagesAnswers, responsesAnswers } from './answer-examples.ts';
import { chatExamples } from './chat-examples.ts';
import { googleAnswers, googleExamples } from './google-examples.ts';
import { messagesExamples } from './messages-examples.ts';
import { differencesOf, isKind, isNamed, isWithin, leavesOf, placesOf } from './paths.ts';
import { responsesExamples } from './responses-examples.ts';
import { facts, requireSide, type Side, type Written, writeRequest } from './sides.ts';
import { type Example, type Examples, type Row, readTable } from './table.ts';
import { sample, toUsage } from './tellings.ts';

interface Subject {
  readonly requests: Examples;
  readonly answers: Examples;
  /** The least that can be asked. */
  readonly least: WireObject;
  readonly shape: z.ZodType;
  readonly rules: FieldRules;
}

const user = { role: 'user', content: 'hi' };

const subjects: Readonly<Record<ProtocolName, Subject>> = {
  'openai-chat': {
    requests: chatExamples,
    answers: chatAnswers,
    least: { messages: [user] },
    shape: chatBody,
    rules: chatRules,
  },
  'anthropic-messages': {
    requests: messagesExamples,
    answers: messagesAnswers,
    least: { max_tokens: 1000, messages: [user] },
    shape: messagesBody,
    rules: messagesRules,
  },
  'openai-responses': {
    requests: responsesExamples,
    answers: responsesAnswers,
    least: { input: 'hi' },
    shape: responsesBody,
    rules: responsesRules,
  },
  'google-generate-content': {
    requests: googleExamples,
    answers: googleAnswers,
    least: { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
    shape: googleBody,
    rules: googleRules,
  },
};

describe.each(Object.entries(subjects))('requests in %s', (protocol, subject) => {
  const [, client] = requireSide(protocol);
  const { columns, rows } = readTable(`Requests in \`${protocol}\``);

  /** Throws what says why it cannot be asked. */
  async function write(fields: object, spoken: Side, target: Example['target'] = {}): Promise<Written> {
    const request = client.decodeRequest({ ...subject.least, ...fields });
    const obstacle = findCallObstacle(request, target, spoken[1]);
    if (obstacle !== undefined) throw new Error(obstacle);
    const { body, notes } = writeRequest(spoken, request, target);
    return { body, notes: [...request.notes, ...notes] };
  }

  it('has an example for each row and a row for each example', () => {
    expect(Object.keys(subject.requests).sort()).toEqual(rows.map(({ label }) => label).sort());
  });

  const cells = rows.flatMap((row) =>
    columns.map((column, index) => [row.label, column, row, index] as const),
  );

  it.each(cells)('%s for %s', async (label, column, { places, fates }, index) => {
    const { with: named, without = {}, target, says } = exampleOf(subject.requests, label);
    const spoken = requireSide(column);
    const fate = fates[index] ?? [];
    const all = leavesOf(named).map(([place]) => place);
    for (const place of places)
      expect(
        all.some((one) => isNamed(one, place)),
        `${place} stands in the example`,
      ).toBe(true);
    if (fate === 'refused') {
      const isEach = places.every((place) => /^\w+$/.test(place));
      for (const one of isEach ? Object.entries(named) : Object.entries({ all: named })) {
        const [field, value] = one;
        const asking = write(isEach ? { [field]: value } : named, spoken, target);
        await expect(asking, field).rejects.toThrow(
          says ?? (isEach ? new RegExp(field) : wordsOf(places)[0]),
        );
      }
      return;
    }
    const base = await write(without, spoken, target);
    const written = await write(named, spoken, target);
    const notes = written.notes.filter((note) => !base.notes.includes(note)).join('\n');
    expectFate(differencesOf(written.body, base.body), fate);
    if (fate !== 'dropped') expect(notes).toBe('');
    else for (const word of says === undefined ? wordsOf(places) : [says]) expect(notes).toMatch(word);
  });

  it('has a row for each field that is read', () => {
    const named = rows.flatMap(({ places }) => places);
    const read = placesOf(z.toJSONSchema(subject.shape, { io: 'input' }));
    expect(read.filter((place) => !named.some((name) => isNamed(place, name)))).toEqual([]);
  });

  it('says of each field that is refused that it is, wherever it goes', () => {
    const refused = rows.filter(({ fates }) => fates.every((fate) => fate === 'refused'));
    const named = refused.flatMap(({ places }) => places);
    expect(Object.keys(subject.rules.refused).filter((field) => !named.includes(field))).toEqual([]);
  });
});

describe.each(Object.entries(subjects))('answers in %s', (protocol, { answers }) => {
  const spoken = requireSide(protocol);
  const { columns, rows } = readTable(`Answers in \`${protocol}\``);

  it('has an example for each row and a row for each example', () => {
    expect(Object.keys(answers).sort()).toEqual(rows.map(({ label }) => label).sort());
  });

  const cells = rows.flatMap((row) =>
    columns.map((column, index) => [row.label, column, row, index] as const),
  );

  it.each(cells)('%s for %s', async (label, column, { fates }, index) => {
    const { with: named, without = {} } = exampleOf(answers, label);
    const told = encode(readAnswer(spoken, named), column);
    const base = encode(readAnswer(spoken, without), column);
    expectFate(differencesOf(told, base), fates[index] ?? []);
  });

  it.each(columns.map((column, index) => [column, index] as const))(
    'names all that %s is told',
    (column, index) => {
      const named = rows.flatMap(({ fates }) => fates[index] ?? []);
      const { reasoning, text, calls: made } = sample;
      const answer: NeutralAnswer = {
        content: [
          { type: 'reasoning', text: reasoning },
          { type: 'text', text },
          ...made.map(
            ({ id, name, input }) => ({ type: 'tool-call', toolCallId: id, toolName: name, input }) as const,
          ),
        ],
        finish: 'tool-calls',
        usage: toUsage(sample),
      };
      const told = leavesOf(encode(answer, column)).flatMap(([place]) => (isKind(place) ? [] : [place]));
      const same = ownPlaces[column] ?? [];
      expect(
        [...new Set(told)].filter((place) => ![...named, ...same].some((name) => isWithin(place, name))),
      ).toEqual([]);
    },
  );
});

/** What an answer of each protocol bears whoever gave it: ours, or what the client asked. */
const ownPlaces: Readonly<Record<string, readonly string[]>> = {
  'openai-chat': [
    'id',
    'object',
    'created',
    'model',
    'choices[].index',
    'choices[].logprobs',
    'choices[].message.role',
  ],
  'anthropic-messages': ['id', 'type', 'role', 'model', 'stop_sequence'],
  'google-generate-content': [
    'candidates[].index',
    'candidates[].content.role',
    'modelVersion',
    'responseId',
  ],
  'openai-responses': [
    'id',
    'object',
    'created_at',
    'model',
    'background',
    'error',
    'previous_response_id',
    'instructions',
    'max_output_tokens',
    'metadata',
    'parallel_tool_calls',
    'reasoning',
    'temperature',
    'text',
    'tool_choice',
    'tools',
    'top_p',
    'truncation',
    'store',
    'output[assistant]',
    'output[reasoning].id',
    'output[function_call].id',
    'output[function_call].status',
    // 0 where the provider does not say.
    'usage.output_tokens_details.reasoning_tokens',
  ],
};

function expectFate(differences: readonly string[], fate: Row['fates'][number]): void {
  const named = typeof fate === 'string' ? [] : fate;
  for (const place of named)
    expect(
      differences.some((one) => isWithin(one, place)),
      `it arrives at ${place}`,
    ).toBe(true);
  // An item's id and status are ours.
  const others = differences.filter((one) => !/^output\[\w+\]\.(id|status)$/.test(one));
  expect(
    others.filter((one) => !named.some((place) => isWithin(one, place))),
    'and nowhere else',
  ).toEqual([]);
}

function exampleOf(examples: Examples, label: string): Example {
  const example = examples[label];
  if (example === undefined) throw new TypeError(`no example of ${label}`);
  return example;
}

/** The last word of each place, as a note may spell it. */
function wordsOf(places: readonly string[]): readonly RegExp[] {
  const words = places.map((place) => /(\w+)\W*$/.exec(place)?.[1] ?? place);
  return words.map((word) => new RegExp(word.replaceAll('_', '_?'), 'i'));
}

function readAnswer([, spoken]: Side, body: object): NeutralAnswer {
  return spoken.decodeAnswer(JSON.parse(JSON.stringify(body)));
}

function encode(answer: NeutralAnswer, protocol: string): WireObject {
  return requireSide(protocol)[1].encodeAnswer(answer, { ...facts, textTools: new Set(['patch']) });
}
