/**
 * The tables of `docs/translation.md` against the code: each row is true, and nothing that the code
 * reads or writes is without one.
 */

import { describe, expect, it } from 'vitest';
import type { NeutralAnswer } from '../../src/protocols/translation/neutral.ts';
import { encode, readAnswer, subjects, write } from './fates.ts';
import { differencesOf, isKind, isNamed, isWithin, leavesOf, placesOf } from './paths.ts';
import { requireSide } from './sides.ts';
import { type Example, type Examples, type Row, readTable } from './table.ts';
import { sample, toUsage } from './tellings.ts';

describe.each(Object.entries(subjects))('requests in %s', (protocol, subject) => {
  const { columns, rows } = readTable(`Requests in \`${protocol}\``);

  it('has an example for each row and a row for each example', () => {
    expect(Object.keys(subject.requests).sort()).toEqual(rows.map(({ label }) => label).sort());
  });

  const cells = rows.flatMap((row) =>
    columns.map((column, index) => [row.label, column, row, index] as const),
  );

  it.each(cells)('%s for %s', (label, column, { places, fates }, index) => {
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
        const asking = () => write(protocol, isEach ? { [field]: value } : named, [spoken, target]);
        expect(asking, field).toThrow(says ?? (isEach ? new RegExp(field) : wordsOf(places)[0]));
      }
      return;
    }
    const base = write(protocol, without, [spoken, target]);
    const written = write(protocol, named, [spoken, target]);
    const notes = written.notes.filter((note) => !base.notes.includes(note)).join('\n');
    expectFate(differencesOf(written.body, base.body), fate);
    if (fate !== 'dropped') expect(notes).toBe('');
    else
      for (const word of says === undefined ? wordsOf(places) : [says]) expect(notes).toMatch(word);
  });

  it('has a row for each field that is read', () => {
    const named = rows.flatMap(({ places }) => places);
    const read = placesOf(subject.shape.schema);
    expect(read.filter((place) => !named.some((name) => isNamed(place, name)))).toEqual([]);
  });

  it('says of each field that is refused that it is, wherever it goes', () => {
    const refused = rows.filter(({ fates }) => fates.every((fate) => fate === 'refused'));
    const named = refused.flatMap(({ places }) => places);
    expect(Object.keys(subject.rules.refused).filter((field) => !named.includes(field))).toEqual(
      [],
    );
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

  it.each(cells)('%s for %s', (label, column, { fates }, index) => {
    const { with: named, without = {} } = exampleOf(answers, label);
    const notes: string[] = [];
    const told = encode(readAnswer(spoken, named), column, notes);
    const base = encode(readAnswer(spoken, without), column);
    expectFate(differencesOf(told, base), fates[index] ?? []);
    expect(notes.length > 0).toBe(fates[index] === 'dropped');
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
            ({ id, name, input }) =>
              ({ type: 'tool-call', toolCallId: id, toolName: name, input }) as const,
          ),
        ],
        finish: 'tool-calls',
        usage: toUsage(sample),
      };
      const told = leavesOf(encode(answer, column)).flatMap(([place]) =>
        isKind(place) ? [] : [place],
      );
      const same = ownPlaces[column] ?? [];
      expect(
        [...new Set(told)].filter(
          (place) => ![...named, ...same].some((name) => isWithin(place, name)),
        ),
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
