/**
 * Answers in neutral words for the tests of the translate leg: any that the table says is carried,
 * as parts and read back from parts.
 */

import fc from 'fast-check';
import type { ProtocolName } from '../../src/model/protocol.ts';
import type {
  NeutralAnswer,
  NeutralFinish,
  NeutralPart,
  NeutralUsage,
} from '../../src/protocols/translation/neutral.ts';
import { readWhole } from './oracle.ts';
import type { Side } from './sides.ts';

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
  /** Written into a cache; 0 where the protocol has no word for it. */
  readonly kept: number;
  readonly output: number;
  /** Of the output, tokens of reasoning; 0 where the protocol has no word for it. */
  readonly thought: number;
}

const words = fc.string({ unit: 'grapheme', maxLength: 40 });

const calls = fc
  .array(
    fc.tuple(
      fc.stringMatching(/^[a-z_]{1,12}$/),
      fc.dictionary(words, fc.jsonValue(), { maxKeys: 3 }),
    ),
    {
      maxLength: 3,
    },
  )
  .map((list) =>
    list.map(([name, input], index) => ({
      id: `call_${index}`,
      name,
      input: JSON.stringify(input),
    })),
  );

/** Whatever a protocol can tell. */
export const told = (protocol: ProtocolName): fc.Arbitrary<Told> =>
  fc
    .record({
      reasoning: words,
      text: words,
      calls,
      finish: fc.constantFrom<NeutralFinish>('stop', 'length', 'content-filter'),
      input: fc.nat(100_000),
      cached: fc.nat(1000),
      kept: protocol === 'anthropic-messages' ? fc.nat(1000) : fc.constant(0),
      output: fc.nat(100_000),
      thought: protocol === 'anthropic-messages' ? fc.constant(0) : fc.nat(1000),
    })
    .map((one) => ({
      ...one,
      finish: one.calls.length > 0 ? ('tool-calls' as const) : one.finish,
      input: one.input + one.cached + one.kept,
      output: one.output + one.thought,
    }));

/** Cuts a text into pieces, so that they come as deltas. */
function piecesOf(text: string): readonly string[] {
  const middle = Math.floor(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}

/** Parallel calls come interleaved: all starts, then all deltas in turn, then all ends. */
export function toParts({
  reasoning,
  text,
  calls: made,
  finish,
  ...tokens
}: Told): readonly NeutralPart[] {
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
      ({ id, name, input }) =>
        ({ type: 'tool-call', toolCallId: id, toolName: name, input }) as const,
    ),
    { type: 'finish', finishReason: { unified: finish, raw: undefined }, usage: toUsage(tokens) },
  ];
}

type Tokens = Pick<Told, 'input' | 'cached' | 'kept' | 'output' | 'thought'>;

export function toUsage({ input, cached, kept, output, thought }: Tokens): NeutralUsage {
  const noCache = input - cached - kept;
  return {
    inputTokens: {
      total: input,
      noCache,
      cacheRead: cached,
      cacheWrite: kept === 0 ? undefined : kept,
    },
    outputTokens: {
      total: output,
      text: undefined,
      reasoning: thought === 0 ? undefined : thought,
    },
  };
}

function fromUsage({ inputTokens, outputTokens }: NeutralUsage): Tokens {
  return {
    input: inputTokens.total ?? -1,
    cached: inputTokens.cacheRead ?? -1,
    kept: inputTokens.cacheWrite ?? 0,
    output: outputTokens.total ?? -1,
    thought: outputTokens.reasoning ?? 0,
  };
}

export function fromParts(parts: readonly NeutralPart[]): Told {
  const end = parts.find((part) => part.type === 'finish');
  if (end === undefined) throw new TypeError('the answer has no end');
  return {
    reasoning: parts.map((part) => (part.type === 'reasoning-delta' ? part.delta : '')).join(''),
    text: parts.map((part) => (part.type === 'text-delta' ? part.delta : '')).join(''),
    calls: parts.flatMap((part) =>
      part.type === 'tool-call'
        ? [{ id: part.toolCallId, name: part.toolName, input: part.input }]
        : [],
    ),
    finish: end.finishReason.unified,
    ...fromUsage(end.usage),
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
  kept: 0,
  output: 44,
  thought: 0,
};

/**
 * A call's input stands as an object in some protocols: its spelling is not carried, its value is.
 */
export function normalise(call: Call): Call {
  return { ...call, input: JSON.stringify(JSON.parse(call.input)) };
}

/** What the vendor's own decoder reads from a whole body. */
export async function decodeWhole([protocol]: Side, body: object): Promise<Told> {
  const { content, finishReason, usage } = await readWhole(protocol, body);
  return fromAnswer({ content, finish: finishReason.unified, usage });
}

export function fromAnswer({ content, finish, usage }: NeutralAnswer): Told {
  return {
    reasoning: content.map((part) => (part.type === 'reasoning' ? part.text : '')).join(''),
    text: content.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    calls: content.flatMap((part) =>
      part.type === 'tool-call'
        ? [{ id: part.toolCallId, name: part.toolName, input: part.input }]
        : [],
    ),
    finish,
    ...fromUsage(usage),
  };
}
