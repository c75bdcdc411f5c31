/**
 * No word of a client is lost in silence: whatever is changed in any request of the table, in any
 * protocol, arrives in every other one, or is refused, or a note names the field that it stood in.
 */

import { describe, expect, it } from 'vitest';
import { RequestError } from '../../src/errors.ts';
import { findCallObstacle } from '../../src/protocols/contract/obstacle.ts';
import { isRecord } from '../../src/protocols/json/is-record.ts';
import { chatExamples } from './chat-examples.ts';
import { googleExamples } from './google-examples.ts';
import { messagesExamples } from './messages-examples.ts';
import { responsesExamples } from './responses-examples.ts';
import { type Side, sides, targetOf } from './sides.ts';
import type { Examples } from './table.ts';

/** Stands nowhere else. */
const word = 'Zqxword';
const encoded = Buffer.from(word.repeat(3)).toString('base64');

type Place = readonly (string | number)[];

interface Change {
  readonly at: Place;
  readonly body: object;
}

interface Speaker {
  readonly examples: Examples;
  /** What a request needs beside the row of the table. */
  readonly common: object;
  /** A conversation in which somebody of this role says this. */
  readonly say: (role: string, part: object) => object;
  /** The list that the parts of a message stand in. */
  readonly list: string;
  readonly roles: readonly string[];
}

const hello = { role: 'user', content: 'hi' };
const speakers: Readonly<Record<string, Speaker>> = {
  'openai-chat': {
    examples: chatExamples,
    common: { messages: [hello] },
    say: (role, part) => ({ messages: [hello, { role, content: [part] }, hello] }),
    list: 'content',
    roles: ['system', 'developer', 'user', 'assistant'],
  },
  'anthropic-messages': {
    examples: messagesExamples,
    common: { max_tokens: 100, messages: [hello] },
    say: (role, part) => ({ max_tokens: 100, messages: [hello, { role, content: [part] }, hello] }),
    list: 'content',
    roles: ['user', 'assistant'],
  },
  'openai-responses': {
    examples: responsesExamples,
    common: { input: 'hi' },
    say: (role, part) => ({ input: [hello, { type: 'message', role, content: [part] }, hello] }),
    list: 'content',
    roles: ['system', 'developer', 'user', 'assistant'],
  },
  'google-generate-content': {
    examples: googleExamples,
    common: { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
    say: (role, part) => ({
      contents: [
        { role, parts: [part] },
        { role: 'user', parts: [{ text: 'hi' }] },
      ],
    }),
    list: 'parts',
    roles: ['user', 'model'],
  },
};

/** Places whose words say nothing to anybody else, in the table too. */
const idle: readonly RegExp[] = [
  /(^|\.)model$/, // the target's own
  /\.(id|status|role)$/, // labels of what has been said
  /functionResponse\.name$/, // the call that it answers has the name
  /thinking\.(type|budget_tokens)$/, // an effort
  /source\.media_type$/, // of a text
  /json_schema\.name$|format\.name$/, // a label
  /(^|\.)include(\.|$)/, // what the vendor adds of its own tools
  /reasoning\.summary$/, // told where there is one
];
/** What notes call by another name. */
const renamed: Readonly<Record<string, string>> = {
  odd_field: 'oddField',
  title: 'filename',
  thinking: 'reasoning',
  reasoning_content: 'reasoning',
  thought_signature: 'reasoning',
  text: 'reasoning',
  effort: 'output_config.effort',
};

function* walk(value: unknown, at: Place = []): Generator<readonly [Place, unknown]> {
  yield [at, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value))
    yield* walk(inner, [...at, Array.isArray(value) ? Number(key) : key]);
}

function put(value: unknown, [first, ...rest]: Place, to: unknown): unknown {
  if (first === undefined) return to;
  if (Array.isArray(value))
    return value.map((one, index) => (index === first ? put(one, rest, to) : one));
  return isRecord(value) ? { ...value, [first]: put(value[first], rest, to) } : value;
}

/**
 * The same with the word where a word stands, and with a field that nobody knows in every object.
 */
function* change(body: object, isStructure: (at: Place) => boolean): Generator<Change> {
  const changed = (at: Place, to: unknown): Change => ({ at, body: Object(put(body, at, to)) });
  for (const [at, value] of walk(body)) {
    if (typeof value === 'string' && !isStructure(at)) yield changed(at, withWord(value));
    if (isRecord(value)) yield changed([...at, 'odd_field'], word);
  }
}

function withWord(text: string): string {
  if (text.startsWith('data:')) return text.replace(/,.*/, `,${encoded}`);
  if (/^https?:/.test(text)) return `https://pictures.test/${word}.png`;
  if (text.startsWith('{')) return `{"a":"${word}"}`;
  return /^[A-Za-z0-9+/]{6,}={1,2}$/.test(text) ? encoded : word;
}

/** Undefined where it is told, refused or noted. */
function findLoss(
  [, client]: Side,
  [name, spoken]: Side,
  { at, body }: Change,
): string | undefined {
  try {
    const neutral = client.decodeRequest(structuredClone(Object(body)));
    if (findCallObstacle(neutral, targetOf(name), spoken) !== undefined) return undefined;
    const written = spoken.encodeRequest(neutral, targetOf(name), false);
    const told = JSON.stringify(written.body).replaceAll(/[A-Za-z0-9+/=]{16,}/g, (text) =>
      text.includes(word) ? text : Buffer.from(text, 'base64').toString('latin1'),
    );
    const notes = [...neutral.notes, ...written.notes].join(' ');
    const isTold = new RegExp(word, 'i').test(told) || isNoted(notes, at);
    return isTold ? undefined : `${at.join('.')} → ${name}`;
  } catch (error) {
    if (error instanceof RequestError) return undefined;
    throw error;
  }
}

/** The field by its name, or where it stands, or what it stands in: `messages[].name`. */
function isNoted(notes: string, at: Place): boolean {
  const fields = at.filter((step) => typeof step === 'string').slice(-2);
  if (fields.some((field) => notes.includes(renamed[field] ?? field))) return true;
  const places = at.map((_, end) =>
    at
      .slice(0, end + 1)
      .map((step) => (typeof step === 'number' ? '[]' : `.${step}`))
      .join('')
      .slice(1),
  );
  return places.some((place) => ` ${notes}`.replaceAll(',', ' ').includes(` ${place} `));
}

describe.each(sides)('what a client says in %s', (name, client) => {
  const speaker = speakers[name];
  const bodies = Object.values(speaker?.examples ?? {}).map((row) => ({
    ...speaker?.common,
    ...row.with,
  }));
  const others = sides.filter(([other]) => other !== name);
  const losses = (changes: readonly Change[]): readonly string[] =>
    changes
      .filter(({ at }) => !idle.some((pattern) => pattern.test(at.join('.'))))
      .flatMap((one) => others.flatMap((other) => findLoss([name, client], other, one) ?? []));

  it('is told, refused or noted, wherever it stands', () => {
    const isStructure = (at: Place): boolean => at.at(-1) === 'type' || at.at(-1) === 'stream';
    const changes = bodies.flatMap((body) => [...change(body, isStructure)]);
    expect(changes.length).toBeGreaterThan(300);
    expect(losses(changes)).toEqual([]);
  });

  it('is told, refused or noted, whoever says it', () => {
    const lists = bodies.flatMap((body) =>
      [...walk(body)].filter(([at]) => at.at(-1) === speaker?.list),
    );
    const parts = lists.flatMap(([, list]) => (Array.isArray(list) ? list.filter(isRecord) : []));
    const isStructure = (at: Place): boolean =>
      /^(type|role|content|parts)$/.test(String(at.at(-1)));
    const changes = (speaker?.roles ?? []).flatMap((role) =>
      parts.flatMap((part) => [...change(speaker?.say(role, part) ?? {}, isStructure)]),
    );
    expect(losses(changes)).toEqual([]);
  });

  it('is told, refused or noted, where one part says several things', () => {
    if (name !== 'google-generate-content') return;
    const call = { functionCall: { name: 'look', args: {} } };
    const file = { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } };
    const said = [
      ['model', { text: word, ...call }],
      ['user', { text: word, ...file }],
      ['user', { text: word, functionResponse: { name: 'look', response: { output: 'x' } } }],
    ] as const;
    const changes = said.map(([role, part]) => ({
      at: ['text'],
      body: speaker?.say(role, part) ?? {},
    }));
    expect(losses(changes)).toEqual([]);
  });
});
