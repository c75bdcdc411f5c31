/**
 * Neutral → wire → neutral is the identity on requests: what a package writes for a target, we read
 * as it was meant.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProtocolName } from '../../src/model/protocol.ts';
import type {
  NeutralMessage,
  NeutralRequest,
  UserContent,
} from '../../src/protocols/translation/neutral.ts';
import { sides, writeRequest } from './sides.ts';

const words = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .filter((text) => text.trim() === text);
const name = fc.stringMatching(/^[a-z_]{1,12}$/);
const object = fc
  .dictionary(name, fc.jsonValue(), { maxKeys: 3 })
  .map((value) => JSON.parse(JSON.stringify(value)));

const png = fc.constantFrom(
  { type: 'file', mediaType: 'image/png', data: 'iVBORw0KGgo=' } as const,
  { type: 'file', mediaType: 'image/png', data: new URL('https://pictures.test/a.png') } as const,
);
const picture = fc.oneof(
  fc.constant({ type: 'file', mediaType: 'image/png', data: 'iVBORw0KGgo=' } as const),
  fc.constant({
    type: 'file',
    mediaType: 'image/*',
    data: new URL('https://pictures.test/a.png'),
  } as const),
);
const document = fc.constant({
  type: 'file',
  mediaType: 'application/pdf',
  data: 'JVBERi0=',
  filename: 'a.pdf',
} as const);
/** `google-generate-content` has no word for a file's name, nor for a picture of no kind. */
type File = Extract<UserContent[number], { type: 'file' }>;
const file = (protocol: ProtocolName): fc.Arbitrary<File | undefined> => {
  const any: fc.Arbitrary<File> =
    protocol === 'google-generate-content' ? png : fc.oneof(picture, document);
  return fc.option(any, { nil: undefined });
};
const said = (protocol: ProtocolName) =>
  fc.tuple(words, file(protocol)).map(([text, file]): NeutralMessage => {
    const part = { type: 'text', text } as const;
    return { role: 'user', content: file === undefined ? [part] : [part, file] };
  });

const textResult = words.map((value) => ({ type: 'text', value }) as const);
/**
 * `openai-chat` has no word for pictures in a result, nor have all models of
 * `google-generate-content`: they are told beside it.
 */
const pictureResult = words.map((text) => ({
  type: 'content' as const,
  value: [
    { type: 'text' as const, text },
    { type: 'file' as const, mediaType: 'image/png', data: 'iVBORw0KGgo=' },
  ],
}));
const result = (protocol: ProtocolName) =>
  protocol === 'openai-chat' || protocol === 'google-generate-content'
    ? textResult
    : fc.oneof(textResult, pictureResult);

/** A turn of the assistant's: its words, its calls, and each call's result. */
const turn = (protocol: ProtocolName) =>
  fc
    .tuple(
      words,
      fc.array(fc.tuple(name, object, result(protocol)), { maxLength: 2 }),
      fc.nat(10_000),
    )
    .map(([text, calls, seed]): readonly NeutralMessage[] => {
      const made = calls.map(([toolName, input, output], index) => {
        const toolCallId = `call_${seed}_${index}`;
        return {
          call: { type: 'tool-call', toolCallId, toolName, input: JSON.stringify(input) } as const,
          result: { type: 'tool-result', toolCallId, toolName, output } as const,
        };
      });
      const answer: NeutralMessage = {
        role: 'assistant',
        content: [{ type: 'text', text }, ...made.map(({ call }) => call)],
      };
      return [
        answer,
        ...made.map(({ result }): NeutralMessage => ({ role: 'tool', content: [result] })),
      ];
    });

const prompt = (protocol: ProtocolName) =>
  fc
    .tuple(
      fc.array(words, { maxLength: 2 }),
      fc.array(fc.tuple(said(protocol), turn(protocol)), { maxLength: 3 }),
      said(protocol),
    )
    .map(([system, turns, last]): NeutralMessage[] => [
      ...system.map((content) => ({ role: 'system', content }) as const),
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
  .uniqueArray(fc.tuple(name, fc.option(words, { nil: undefined }), fc.boolean()), {
    minLength: 1,
    maxLength: 3,
    selector: ([tool]) => tool,
  })
  .map((list) =>
    list.map(([tool, description, isStrict]) => ({
      type: 'function' as const,
      name: tool,
      ...(description === undefined ? {} : { description }),
      inputSchema: schema,
      ...(isStrict ? { strict: true } : {}),
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

const format = fc.constant({ type: 'json', schema } as const);
const namedFormat = fc.constantFrom(
  { type: 'json', schema, name: 'place' } as const,
  { type: 'json', schema, name: 'place', description: 'A place.' } as const,
  { type: 'json' } as const,
);
const penalty = fc.constantFrom(-1, 0.5, 2);

/** What all carry, and what this protocol carries beside. */
const common = { temperature: fc.constantFrom(0, 0.25, 1) };
const own: Readonly<Record<ProtocolName, Readonly<Record<string, fc.Arbitrary<unknown>>>>> = {
  'openai-chat': {
    topP: fc.constantFrom(0.1, 1),
    seed: fc.nat(100),
    presencePenalty: penalty,
    frequencyPenalty: penalty,
    stopSequences: fc.array(words, { minLength: 1, maxLength: 3 }),
    responseFormat: namedFormat,
  },
  'openai-responses': { topP: fc.constantFrom(0.1, 1), responseFormat: namedFormat },
  'anthropic-messages': {
    topK: fc.integer({ min: 1, max: 40 }),
    stopSequences: fc.array(words, { minLength: 1, maxLength: 3 }),
    responseFormat: format,
  },
  'google-generate-content': {
    topP: fc.constantFrom(0.1, 1),
    topK: fc.integer({ min: 1, max: 40 }),
    seed: fc.nat(100),
    presencePenalty: penalty,
    frequencyPenalty: penalty,
    stopSequences: fc.array(words, { minLength: 1, maxLength: 3 }),
    responseFormat: format,
  },
};

const asked = (protocol: ProtocolName): fc.Arbitrary<NeutralRequest> =>
  fc
    .record({
      prompt: prompt(protocol),
      settings: fc.record({ ...common, ...own[protocol] }, { requiredKeys: [] }),
      chosen: fc.option(chosen, { nil: undefined }),
      maxOutputTokens: fc.integer({ min: 1, max: 60_000 }),
    })
    .map(({ prompt: messages, settings, chosen: tooled, maxOutputTokens }) => ({
      options: { prompt: messages, maxOutputTokens, ...settings, ...tooled },
      notes: [],
    }));

/**
 * Messages of one role that follow each other are one: protocols differ in where they cut, and some
 * join what the system says.
 */
function merge(messages: readonly NeutralMessage[]): unknown[] {
  const merged: { role: string; content: unknown[] }[] = [];
  for (const { role, content } of messages) {
    const parts: unknown[] = typeof content === 'string' ? content.split('\n\n') : [...content];
    const last = merged.at(-1);
    if (last?.role === role) last.content.push(...parts);
    else merged.push({ role, content: parts });
  }
  return merged;
}

function comparable({ options, reasoning, parallelTools }: NeutralRequest): unknown {
  const { prompt: messages, responseFormat, ...rest } = options;
  // The packages give a schema a name where it has none.
  const shape =
    responseFormat?.type === 'json' ? { name: 'response', ...responseFormat } : undefined;
  return JSON.parse(
    JSON.stringify({ ...rest, shape, reasoning, parallelTools, prompt: merge(messages) }),
  );
}

/** A request without the one thing that may be missing, where a note says so. */
function lessOf(request: NeutralRequest, notes: readonly string[]): NeutralRequest {
  if (!notes.some((note) => note.startsWith('strict was left out'))) return request;
  const tools = request.options.tools?.map((tool) => {
    const { strict: _, ...rest } = { strict: undefined, ...tool };
    return rest;
  });
  return { ...request, options: { ...request.options, ...(tools === undefined ? {} : { tools }) } };
}

describe.each(sides)('a request written for %s', (protocol, side) => {
  it('is read as it was meant, whatever it asks', async () => {
    await fc.assert(
      fc.asyncProperty(asked(protocol), async (request) => {
        fc.pre(side.findObstacle(request) === undefined);
        const { body, notes } = writeRequest([protocol, side], request);
        expect(comparable(side.decodeRequest(body))).toEqual(comparable(lessOf(request, notes)));
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
    const { body } = writeRequest([protocol, side], request);
    expect(comparable(side.decodeRequest(body))).toEqual(comparable(request));
  });

  it('asks for one tool call at a time', async () => {
    const options = {
      prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'why?' }] }],
      tools: [{ type: 'function' as const, name: 'look', inputSchema: schema }],
      maxOutputTokens: 100,
    };
    const { body, notes } = writeRequest([protocol, side], {
      options,
      parallelTools: false,
      notes: [],
    });
    const isLost = notes.some((note) => note.startsWith('parallel_tool_calls was left out'));
    expect(isLost || side.decodeRequest(body).parallelTools === false).toBe(true);
  });
});
