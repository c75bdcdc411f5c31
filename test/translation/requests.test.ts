/** Neutral → wire → neutral is the identity on requests: what a package writes for a target, we read as it was meant. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NeutralMessage, NeutralRequest } from '../../src/protocols/neutral.ts';
import { sides, writeRequest } from './sides.ts';

const words = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .filter((text) => text.trim() === text);
const name = fc.stringMatching(/^[a-z_]{1,12}$/);
const object = fc
  .dictionary(name, fc.jsonValue(), { maxKeys: 3 })
  .map((value) => JSON.parse(JSON.stringify(value)));

const picture = fc.oneof(
  fc.constant({ type: 'file', mediaType: 'image/png', data: 'iVBORw0KGgo=' } as const),
  fc.constant({ type: 'file', mediaType: 'image/*', data: new URL('https://pictures.test/a.png') } as const),
);
const said = fc.tuple(words, fc.option(picture, { nil: undefined })).map(([text, file]): NeutralMessage => {
  const part = { type: 'text', text } as const;
  return { role: 'user', content: file === undefined ? [part] : [part, file] };
});

/** A turn of the assistant's: its words, its calls, and each call's result. */
const turn = fc
  .tuple(words, fc.array(fc.tuple(name, object, words), { maxLength: 2 }), fc.nat(10_000))
  .map(([text, calls, seed]): readonly NeutralMessage[] => {
    const made = calls.map(([toolName, input, value], index) => {
      const toolCallId = `call_${seed}_${index}`;
      return {
        call: { type: 'tool-call', toolCallId, toolName, input } as const,
        result: { type: 'tool-result', toolCallId, toolName, output: { type: 'text', value } } as const,
      };
    });
    const answer: NeutralMessage = {
      role: 'assistant',
      content: [{ type: 'text', text }, ...made.map(({ call }) => call)],
    };
    return [answer, ...made.map(({ result }): NeutralMessage => ({ role: 'tool', content: [result] }))];
  });

const prompt = fc
  .tuple(fc.option(words, { nil: undefined }), fc.array(fc.tuple(said, turn), { maxLength: 3 }), said)
  .map(([system, turns, last]): NeutralMessage[] => [
    ...(system === undefined ? [] : [{ role: 'system', content: system } as const]),
    ...turns.flatMap(([asked, answered]) => [asked, ...answered]),
    last,
  ]);

const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
} as const;
const tools = fc
  .uniqueArray(fc.tuple(name, words), { minLength: 1, maxLength: 3, selector: ([tool]) => tool })
  .map((list) =>
    list.map(([tool, description]) => ({
      type: 'function' as const,
      name: tool,
      description,
      inputSchema: schema,
    })),
  );

const chosen = tools.chain((list) =>
  fc.record({
    tools: fc.constant(list),
    toolChoice: fc.constantFrom(
      { type: 'auto' } as const,
      { type: 'none' } as const,
      { type: 'required' } as const,
      {
        type: 'tool',
        toolName: list[0]?.name ?? '',
      } as const,
    ),
  }),
);

const settings = fc.record(
  {
    temperature: fc.constantFrom(0, 0.25, 1),
    stopSequences: fc.array(words, { minLength: 1, maxLength: 3 }),
    responseFormat: fc.constant({ type: 'json', schema } as const),
  },
  { requiredKeys: [] },
);

const asked: fc.Arbitrary<NeutralRequest> = fc
  .record({
    prompt,
    settings,
    chosen: fc.option(chosen, { nil: undefined }),
    maxOutputTokens: fc.integer({ min: 1, max: 60_000 }),
  })
  .map(({ prompt: messages, settings: set, chosen: own, maxOutputTokens }) => ({
    options: { prompt: messages, maxOutputTokens, ...set, ...own },
    notes: [],
  }));

/** Messages of one role that follow each other are one: protocols differ in where they cut. */
function merge(messages: readonly NeutralMessage[]): unknown[] {
  const merged: { role: string; content: unknown[] }[] = [];
  for (const { role, content } of messages) {
    const parts: unknown[] = typeof content === 'string' ? [content] : [...content];
    const last = merged.at(-1);
    if (last?.role === role) last.content.push(...parts);
    else merged.push({ role, content: parts });
  }
  return merged;
}

function comparable({ options, reasoning, parallelTools }: NeutralRequest): unknown {
  const { prompt: messages, responseFormat, ...rest } = options;
  const format = responseFormat?.type === 'json' ? responseFormat.schema : undefined;
  return JSON.parse(JSON.stringify({ ...rest, format, reasoning, parallelTools, prompt: merge(messages) }));
}

describe.each(sides)('a request written for %s', (protocol, side) => {
  it('is read as it was meant, whatever it asks', async () => {
    await fc.assert(
      fc.asyncProperty(asked, async (request) => {
        fc.pre(side.findObstacle(request) === undefined);
        const { body } = await writeRequest([protocol, side], request);
        expect(comparable(side.decodeRequest(body))).toEqual(comparable(request));
      }),
      { numRuns: 150, seed: 20261121 },
    );
  });

  it.each(['low', 'medium', 'high'] as const)('asks for %s reasoning', async (reasoning) => {
    const options = {
      prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'why?' }] }],
      maxOutputTokens: 40_000,
    };
    const request = { options, reasoning, notes: [] };
    const { body } = await writeRequest([protocol, side], request);
    expect(comparable(side.decodeRequest(body))).toEqual(comparable(request));
  });

  it('asks for one tool call at a time', async () => {
    const options = {
      prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'why?' }] }],
      tools: [{ type: 'function' as const, name: 'look', inputSchema: schema }],
      maxOutputTokens: 100,
    };
    const { body } = await writeRequest([protocol, side], { options, parallelTools: false, notes: [] });
    expect(side.decodeRequest(body).parallelTools).toBe(false);
  });
});
