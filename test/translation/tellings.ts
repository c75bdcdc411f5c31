/** Answers in neutral words for the tests of the translate leg: any that the table says is carried, as parts and read back from parts. */

import fc from 'fast-check';
import type { NeutralFinish, NeutralPart, NeutralUsage } from '../../src/protocols/neutral.ts';
import { type Side, targetOf } from './sides.ts';

export interface Call {
  readonly id: string;
  readonly name: string;
  readonly input: string;
}

export interface Told {
  readonly reasoning: string;
  readonly text: string;
  readonly calls: readonly Call[];
  readonly finish: NeutralFinish;
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}

const words = fc.string({ unit: 'grapheme', maxLength: 40 });

const calls = fc
  .array(
    fc.tuple(fc.stringMatching(/^[a-z_]{1,12}$/), fc.dictionary(words, fc.jsonValue(), { maxKeys: 3 })),
    {
      maxLength: 3,
    },
  )
  .map((list) =>
    list.map(([name, input], index) => ({ id: `call_${index}`, name, input: JSON.stringify(input) })),
  );

export const told: fc.Arbitrary<Told> = fc
  .record({
    reasoning: words,
    text: words,
    calls,
    finish: fc.constantFrom<NeutralFinish>('stop', 'length', 'content-filter'),
    input: fc.nat(100_000),
    cached: fc.nat(1000),
    output: fc.nat(100_000),
  })
  .map((one) => ({
    ...one,
    finish: one.calls.length > 0 ? ('tool-calls' as const) : one.finish,
    input: one.input + one.cached,
  }));

/** Cuts a text into pieces, so that they come as deltas. */
function piecesOf(text: string): readonly string[] {
  const middle = Math.floor(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}

/** Parallel calls come interleaved: all starts, then all deltas in turn, then all ends. */
export function toParts({ reasoning, text, calls: made, finish, ...tokens }: Told): readonly NeutralPart[] {
  const halves = made.map(({ id, input }) => piecesOf(input).map((delta) => ({ id, delta })));
  const deltas = [0, 1].flatMap((half) => halves.flatMap((pieces) => pieces[half] ?? []));
  return [
    { type: 'stream-start', warnings: [] },
    ...piecesOf(reasoning).map((delta) => ({ type: 'reasoning-delta', id: 'r', delta }) as const),
    ...piecesOf(text).map((delta) => ({ type: 'text-delta', id: 't', delta }) as const),
    ...made.map(({ id, name }) => ({ type: 'tool-input-start', id, toolName: name }) as const),
    ...deltas.map((delta) => ({ type: 'tool-input-delta', ...delta }) as const),
    ...made.map(({ id }) => ({ type: 'tool-input-end', id }) as const),
    ...made.map(
      ({ id, name, input }) => ({ type: 'tool-call', toolCallId: id, toolName: name, input }) as const,
    ),
    { type: 'finish', finishReason: { unified: finish, raw: undefined }, usage: toUsage(tokens) },
  ];
}

export function toUsage({ input, cached, output }: Pick<Told, 'input' | 'cached' | 'output'>): NeutralUsage {
  return {
    inputTokens: { total: input, noCache: input - cached, cacheRead: cached, cacheWrite: undefined },
    outputTokens: { total: output, text: undefined, reasoning: undefined },
  };
}

export function fromParts(parts: readonly NeutralPart[]): Told {
  const end = parts.find((part) => part.type === 'finish');
  if (end === undefined) throw new TypeError('the answer has no end');
  return {
    reasoning: parts.map((part) => (part.type === 'reasoning-delta' ? part.delta : '')).join(''),
    text: parts.map((part) => (part.type === 'text-delta' ? part.delta : '')).join(''),
    calls: parts.flatMap((part) =>
      part.type === 'tool-call' ? [{ id: part.toolCallId, name: part.toolName, input: part.input }] : [],
    ),
    finish: end.finishReason.unified,
    input: end.usage.inputTokens.total ?? -1,
    cached: end.usage.inputTokens.cacheRead ?? -1,
    output: end.usage.outputTokens.total ?? -1,
  };
}

/** One that has everything. */
export const sample: Told = {
  reasoning: 'Zwei Städte, 两个城市.',
  text: 'I look both up 👋🏽\n\ndata: not an event',
  calls: [
    { id: 'call_0', name: 'weather', input: '{"city":"São Paulo","days":[1,2]}' },
    { id: 'call_1', name: 'clock', input: '{}' },
  ],
  finish: 'tool-calls',
  input: 120,
  cached: 20,
  output: 44,
};

/** A call's input stands as an object in some protocols: its spelling is not carried, its value is. */
export function normalise(call: Call): Call {
  return { ...call, input: JSON.stringify(JSON.parse(call.input)) };
}

/** What the package reads from a whole body. */
export async function decodeWhole([protocol, side]: Side, body: object): Promise<Told> {
  const model = side.createModel(targetOf(protocol), async () => Response.json(body));
  const { content, finishReason, usage } = await model.doGenerate({
    prompt: [{ role: 'user', content: [{ type: 'text', text: '?' }] }],
  });
  return {
    reasoning: content.map((part) => (part.type === 'reasoning' ? part.text : '')).join(''),
    text: content.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    calls: content.flatMap((part) =>
      part.type === 'tool-call' ? [{ id: part.toolCallId, name: part.toolName, input: part.input }] : [],
    ),
    finish: finishReason.unified,
    input: usage.inputTokens.total ?? -1,
    cached: usage.inputTokens.cacheRead ?? -1,
    output: usage.outputTokens.total ?? -1,
  };
}
