/**
 * What the code makes of each example: where a field arrives, or that it is dropped or refused. For
 * the tables of `docs/translation.md` and their tests.
 */

import type { ProtocolName } from '../../src/model/protocol.ts';
import { messagesRules } from '../../src/protocols/anthropic-messages/translate-in.ts';
import { messagesBody } from '../../src/protocols/anthropic-messages/wire.ts';
import { findCallObstacle } from '../../src/protocols/contract/obstacle.ts';
import { googleRules } from '../../src/protocols/google-generate-content/translate-in.ts';
import { googleBody } from '../../src/protocols/google-generate-content/wire.ts';
import type { WireObject } from '../../src/protocols/json/is-record.ts';
import { chatRules } from '../../src/protocols/openai-chat/translate-in.ts';
import { chatBody } from '../../src/protocols/openai-chat/wire.ts';
import { responsesRules } from '../../src/protocols/openai-responses/translate-in.ts';
import { responsesBody } from '../../src/protocols/openai-responses/wire.ts';
import type { FieldRules } from '../../src/protocols/translation/field-fates.ts';
import type { NeutralAnswer } from '../../src/protocols/translation/neutral.ts';
import type { WireShape } from '../../src/protocols/translation/shape.ts';
import { chatAnswers, messagesAnswers, responsesAnswers } from './answer-examples.ts';
import { chatExamples } from './chat-examples.ts';
import { googleAnswers, googleExamples } from './google-examples.ts';
import { messagesExamples } from './messages-examples.ts';
import { differencesOf, isWithin } from './paths.ts';
import { responsesExamples } from './responses-examples.ts';
import { facts, requireSide, type Side, type Written, writeRequest } from './sides.ts';
import type { Example, Examples, Fate } from './table.ts';

export interface Subject {
  readonly requests: Examples;
  readonly answers: Examples;
  /** The least that can be asked. */
  readonly least: WireObject;
  readonly shape: WireShape<unknown>;
  readonly rules: FieldRules;
}

const user = { role: 'user', content: 'hi' };

export const subjects: Readonly<Record<ProtocolName, Subject>> = {
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

/** Writes what a client asks for the target of a side. Throws what says why it cannot be asked. */
export function write(
  protocol: string,
  fields: object,
  to: readonly [Side, Example['target']?],
): Written {
  const [spoken, target = {}] = to;
  const { least } = subjectOf(protocol);
  const request = requireSide(protocol)[1].decodeRequest({ ...least, ...fields });
  const obstacle = findCallObstacle(request, target, spoken[1]);
  if (obstacle !== undefined) throw new Error(obstacle);
  const { body, notes } = writeRequest(spoken, request, target);
  return { body, notes: [...request.notes, ...notes] };
}

export function readAnswer([, spoken]: Side, body: object): NeutralAnswer {
  return spoken.decodeAnswer(JSON.parse(JSON.stringify(body)));
}

export function encode(answer: NeutralAnswer, protocol: string, notes: string[] = []): WireObject {
  return requireSide(protocol)[1].encodeAnswer(answer, {
    ...facts,
    textTools: new Set(['patch']),
    notes,
  });
}

/** What becomes of an example of a request. */
export function fateOfRequest(protocol: string, column: string, example: Example): Fate {
  const { with: named, without = {}, target } = example;
  try {
    const base = write(protocol, without, [requireSide(column), target]);
    const written = write(protocol, named, [requireSide(column), target]);
    if (written.notes.some((note) => !base.notes.includes(note))) return 'dropped';
    return toFate(differencesOf(written.body, base.body));
  } catch {
    return 'refused'; // the message is what the test of the row looks at
  }
}

/** What becomes of an example of an answer. */
export function fateOfAnswer(
  protocol: string,
  column: string,
  { with: named, without = {} }: Example,
): Fate {
  const notes: string[] = [];
  const told = encode(readAnswer(requireSide(protocol), named), column, notes);
  const base = encode(readAnswer(requireSide(protocol), without), column);
  if (notes.length > 0) return 'dropped';
  return toFate(differencesOf(told, base));
}

/** Whether a cell says what the code does; it may name an object in place of all that is in it. */
export function holds(cell: Fate, fate: Fate): boolean {
  if (typeof cell === 'string' || typeof fate === 'string') return cell === fate;
  return (
    cell.every((place) => fate.some((one) => isWithin(one, place))) &&
    fate.every((one) => cell.some((place) => isWithin(one, place)))
  );
}

function toFate(differences: readonly string[]): Fate {
  // An item's id and status are ours.
  const others = differences.filter((one) => !/^output\[\w+\]\.(id|status)$/.test(one));
  return others.length === 0 ? 'nothing' : others;
}

function subjectOf(protocol: string): Subject {
  const found = Object.entries(subjects).find(([name]) => name === protocol)?.[1];
  if (found === undefined) throw new TypeError(`no examples of ${protocol}`);
  return found;
}
