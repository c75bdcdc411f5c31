/**
 * A content field of a wrong type is damage in every protocol, relayed as translated; one that says
 * nothing is none (law 17).
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameJudge } from '../../src/access/answer/frame-judge.ts';
import type { ProtocolName } from '../../src/model/protocol.ts';
import { anthropicMessages } from '../../src/protocols/anthropic-messages/protocol.ts';
import type { Protocol } from '../../src/protocols/contract/protocol.ts';
import { googleGenerateContent } from '../../src/protocols/google-generate-content/protocol.ts';
import { openaiChat } from '../../src/protocols/openai-chat/protocol.ts';
import { openaiResponses } from '../../src/protocols/openai-responses/protocol.ts';
import { streams } from '../translation/odd-answers.ts';
import { eventStream, stageAnswers } from './answer-stage.ts';
import { askIn, encodeEvents, normalEnds, protocols, streamOf } from './answers.ts';

const seed = 20261123;
const spoken: Readonly<Record<ProtocolName, Protocol>> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  'google-generate-content': googleGenerateContent,
};

/** `input`: of a tool, a text or the object itself. `parts`: a text, or a list of parts. */
type Kind = 'text' | 'parts' | 'input' | 'object' | 'list';

/**
 * Every content field, by hand from the vendors' references: where it stands, and in which events,
 * by type.
 */
const places: Readonly<
  Record<ProtocolName, readonly (readonly [path: string, kind: Kind, of?: RegExp])[]>
> = {
  'openai-chat': [
    ['choices', 'list'],
    ['choices.0.delta', 'object'],
    ['choices.0.delta.content', 'parts'],
    ['choices.0.delta.reasoning_content', 'text'],
    ['choices.0.delta.reasoning', 'text'],
    ['choices.0.delta.refusal', 'text'],
    ['choices.0.delta.function_call', 'object'],
    ['choices.0.delta.audio', 'object'],
    ['choices.0.delta.images', 'list'],
    ['choices.0.delta.tool_calls', 'list'],
    ['choices.0.delta.tool_calls.0.function', 'object'],
    ['choices.0.delta.tool_calls.0.function.name', 'text'],
    ['choices.0.delta.tool_calls.0.function.arguments', 'input'],
  ],
  'anthropic-messages': [
    ['message', 'object', /^message_start$/],
    ['message.content', 'list', /^message_start$/],
    ['content_block', 'object', /^content_block_start$/],
    ['content_block.text', 'text', /^content_block_start$/],
    ['content_block.thinking', 'text', /^content_block_start$/],
    ['content_block.name', 'text', /^content_block_start$/],
    ['content_block.input', 'input', /^content_block_start$/],
    ['delta', 'object', /^content_block_delta$/],
    ['delta.text', 'text', /^content_block_delta$/],
    ['delta.thinking', 'text', /^content_block_delta$/],
    ['delta.partial_json', 'text', /^content_block_delta$/],
  ],
  'openai-responses': [
    ['item', 'object', /output_item/],
    ['item.content', 'list', /output_item.* message/],
    ['item.content.0.text', 'text', /output_item.* message/],
    ['item.name', 'text', /output_item.* function_call/],
    ['item.arguments', 'input', /output_item.* function_call/],
    ['part', 'object', /content_part/],
    ['part.text', 'text', /content_part/],
    ['delta', 'text', /output_text.delta/],
    ['text', 'text', /output_text.done/],
    ['delta', 'input', /arguments.delta/],
    ['response', 'object', /completed/],
    ['response.output', 'list', /completed/],
    ['response.output.0.content', 'list', /completed/],
    ['response.output.0.content.0.text', 'text', /completed/],
    ['response.output.1.name', 'text', /completed/],
    ['response.output.1.arguments', 'input', /completed/],
  ],
  'google-generate-content': [
    ['candidates', 'list'],
    ['candidates.0.content', 'object'],
    ['candidates.0.content.parts', 'list'],
    ['candidates.0.content.parts.0.text', 'text'],
    ['candidates.0.content.parts.0.functionCall', 'object'],
    ['candidates.0.content.parts.0.functionCall.name', 'text'],
    ['candidates.0.content.parts.0.functionCall.args', 'input'],
    ['candidates.0.content.parts.0.inlineData', 'object'],
  ],
};

const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
);
const word = fc.string({ minLength: 1, maxLength: 9 });
const object = fc.dictionary(fc.constantFrom('a', 'b', 'value'), word, { minKeys: 1, maxKeys: 2 });
const bareList = fc.array(fc.oneof(word, number, fc.constant(null)), {
  minLength: 1,
  maxLength: 3,
});
const wrong: Readonly<Record<Kind, fc.Arbitrary<unknown>>> = {
  text: fc.oneof(number, object, bareList),
  parts: fc.oneof(number, object, bareList),
  input: fc.oneof(number, bareList),
  object: fc.oneof(number, word, bareList),
  list: fc.oneof(number, word, object, bareList),
};
const nothing = fc.constantFrom<unknown>(null, '', [], {});

type Json = Record<string, unknown>;

/** Undefined where the field cannot stand in this event. */
function put(event: unknown, path: string, value: unknown): Json | undefined {
  const copy: Json = structuredClone(event) as Json;
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let at: unknown = copy;
  for (const step of steps)
    at = typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined;
  if (typeof at !== 'object' || at === null) return undefined;
  if (/^\d+$/.test(last) && !Reflect.has(at, last)) return undefined;
  Reflect.set(at, last, value);
  return copy;
}

interface Changed {
  readonly protocol: ProtocolName;
  readonly events: readonly object[];
  /** The event with the odd field, and whether it must be damage. */
  readonly index: number;
  readonly isDamage: boolean;
}

const isEnd = (event: unknown): boolean =>
  /"finish_reason":"|"finishReason":"|"stop_reason":"/.test(JSON.stringify(event));

const changed: fc.Arbitrary<Changed> = fc
  .constantFrom(...protocols)
  .chain((protocol) =>
    fc.record({
      protocol: fc.constant(protocol),
      index: fc.nat(streams[protocol].length - 1),
      place: fc.constantFrom(...places[protocol]),
      isDamage: fc.boolean(),
    }),
  )
  .chain(({ place, isDamage, ...one }) =>
    (isDamage ? wrong[place[1]] : nothing).map((value) => ({ ...one, place, isDamage, value })),
  )
  .map(({ protocol, index, place: [path, , of], isDamage, value }) => {
    const events = streams[protocol].map((event) => structuredClone(event) as object);
    const { type, item } = Object(events[index]);
    const event =
      of === undefined || of.test(`${type} ${item?.type}`)
        ? put(events[index], path, value)
        : undefined;
    if (event !== undefined) events[index] = event;
    const isLate = events.slice(0, index).some(isEnd);
    return {
      protocol,
      events,
      index: event === undefined ? -1 : index,
      isDamage: isDamage && !isLate,
    };
  });

/** The number of the event that is called damage; -1 for none. */
function findDamage({ protocol, events }: Changed): number {
  const watch = new spoken[protocol].StreamWatch({ choices: 1, keepsText: true });
  const judge = new FrameJudge(spoken[protocol], watch);
  return events.findIndex((event) => {
    const data = JSON.stringify(event);
    return judge.push({ raw: Buffer.from(`data: ${data}\n\n`), data }) === 'error';
  });
}

describe('a content field', () => {
  it('of a wrong type is damage, and one that says nothing is none', () => {
    let [damaged, idle] = [0, 0];
    fc.assert(
      fc.property(changed, (one) => {
        fc.pre(one.index >= 0);
        if (one.isDamage) damaged += 1;
        else idle += 1;
        expect(findDamage(one)).toBe(one.isDamage ? one.index : -1);
      }),
      { numRuns: 2000, seed },
    );
    expect(Math.min(damaged, idle)).toBeGreaterThan(500);
  });

  it('of a wrong type sends the request on, relayed as translated, and never ends as a whole answer', async () => {
    await fc.assert(
      fc.asyncProperty(changed, fc.constantFrom(...protocols), async (one, asked) => {
        fc.pre(one.index >= 0 && one.isDamage);
        const stage = stageAnswers([one.protocol, asked], (target) => {
          const good = streamOf(asked, ['Hello ', 'world.'], normalEnds[asked]);
          return {
            headers: eventStream,
            chunks: [target === 'one' ? encodeEvents(one.protocol, one.events) : good],
          };
        });
        const told = await stage.ask(askIn(asked, true));
        const [first] = told.record?.attempts ?? [];
        expect(first?.failure).toMatchObject({ class: 'malformed', rule: 'damaged-event' });
        expect(told.record?.answeredBy === 'two/m' || told.record?.outcome === 'broken').toBe(true);
      }),
      { numRuns: 150, seed },
    );
  });
});

describe('an event', () => {
  const chunk = (delta: unknown): object => ({
    choices: [{ index: 0, delta, finish_reason: null }],
  });
  it.each<[ProtocolName, object]>([
    ['openai-chat', chunk({ content: ['words'] })],
    ['openai-chat', chunk({ content: [{ value: 'words' }] })],
    ['openai-chat', chunk({ content: [{ type: 'text', text: 10 }] })],
    ['openai-chat', chunk('words')],
    ['openai-chat', { choices: [null] }],
    [
      'anthropic-messages',
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 10 } },
    ],
    ['anthropic-messages', { delta: { text: ['words'] } }],
    ['openai-responses', { type: 'response.output_text.delta', delta: { text: 'words' } }],
    ['openai-responses', { delta: 'words' }],
    ['google-generate-content', { candidates: [null] }],
    ['google-generate-content', { candidates: [{ content: { parts: ['words'] } }] }],
  ])('%s: %j is damage', (protocol, event) => {
    expect(findDamage({ protocol, events: [event], index: 0, isDamage: true })).toBe(0);
  });

  it.each<[ProtocolName, object]>([
    ['openai-chat', {}],
    ['openai-chat', { choices: null }],
    ['openai-chat', chunk({ content: [{ type: 'text', text: 'words' }] })],
    ['openai-chat', chunk({ content: [{ type: 'reference', reference_ids: [1] }] })],
    ['openai-chat', chunk({ vendor: 10, content: null })],
    ['anthropic-messages', { type: 'ping', text: 10 }],
    ['anthropic-messages', { type: 'a_new_event', text: 10 }],
    ['openai-responses', { type: 'response.a_new_event', delta: 10 }],
    [
      'openai-responses',
      { type: 'response.output_item.added', item: { type: 'a_new_call', content: 10 } },
    ],
    ['openai-responses', {}],
    [
      'google-generate-content',
      { candidates: [{ content: { parts: [{ executableCode: { code: 1 } }] } }] },
    ],
  ])('%s: %j is none', (protocol, event) => {
    expect(findDamage({ protocol, events: [event], index: 0, isDamage: false })).toBe(-1);
  });
});
