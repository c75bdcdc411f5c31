/**
 * What a target is sent and what is read of its answers, against the vendors' own words: the AI
 * SDK's packages.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProtocolName } from '../../src/model/protocol.ts';
import type { NeutralOptions, NeutralRequest } from '../../src/protocols/translation/neutral.ts';
import { familyOf, modelFamilies } from '../../src/providers/families.ts';
import { readStream, readWhole, writeBody } from './oracle.ts';
import { eventsIn, facts, readEvents, sides, targetOf, tell } from './sides.ts';
import { fromAnswer, fromParts, normalise, told, toParts, toUsage } from './tellings.ts';

describe.each(sides)('an answer in %s', (protocol, side) => {
  it('is read from its stream as the package reads it', async () => {
    await fc.assert(
      fc.asyncProperty(told(protocol), async (one) => {
        const text = tell(side, toParts(one));
        const ours = fromParts(readEvents(side, eventsIn(text)));
        expect(ours).toEqual(fromParts(await readStream(protocol, [Buffer.from(text)])));
        expect(ours).toEqual(one);
      }),
      { numRuns: 100, seed: 20261122 },
    );
  });

  it('is read from a whole body as the package reads it', async () => {
    await fc.assert(
      fc.asyncProperty(told(protocol), async (one) => {
        const { reasoning, text, calls, finish } = one;
        const content = [
          ...(reasoning === '' ? [] : [{ type: 'reasoning', text: reasoning } as const]),
          ...(text === '' ? [] : [{ type: 'text', text } as const]),
          ...calls.map(
            ({ id, name, input }) =>
              ({ type: 'tool-call', toolCallId: id, toolName: name, input }) as const,
          ),
        ];
        const body = side.encodeAnswer({ content, finish, usage: toUsage(one) }, facts);
        const ours = fromAnswer(side.decodeAnswer(body));
        const { content: read, finishReason, usage } = await readWhole(protocol, body);
        const theirs = fromAnswer({ content: read, finish: finishReason.unified, usage });
        const calm = (answer: typeof ours): object => ({
          ...answer,
          calls: answer.calls.map(normalise),
        });
        expect(calm(ours)).toEqual(calm(theirs));
      }),
      { numRuns: 60, seed: 20261122 },
    );
  });
});

const schema = {
  type: 'object',
  properties: {
    city: { type: 'string', minLength: 2 },
    when: { type: ['string', 'null'], format: 'date' },
  },
  required: ['city', 'when'],
} as const;
const tools = [
  {
    type: 'function' as const,
    name: 'look',
    description: 'Looks.',
    inputSchema: schema,
    strict: true,
  },
  { type: 'function' as const, name: 'find', inputSchema: schema, strict: false },
];
const png = { type: 'file' as const, mediaType: 'image/png', data: 'iVBORw0KGgo=' };
const pdf = {
  type: 'file' as const,
  mediaType: 'application/pdf',
  data: 'JVBERi0=',
  filename: 'a.pdf',
};
const call = {
  type: 'tool-call' as const,
  toolCallId: 'call_1',
  toolName: 'look',
  input: { city: 'Rome' },
};
const prompt: NeutralOptions['prompt'] = [
  { role: 'system', content: 'Be short.' },
  { role: 'user', content: [{ type: 'text', text: 'see' }, png, pdf] },
  { role: 'assistant', content: [{ type: 'text', text: 'I look.' }, call] },
  {
    role: 'tool',
    content: [
      {
        type: 'tool-result',
        toolCallId: 'call_1',
        toolName: 'look',
        output: { type: 'text', value: 'sunny' },
      },
    ],
  },
  { role: 'user', content: [{ type: 'text', text: 'and now?' }] },
];

const requests: Readonly<Record<string, Omit<NeutralRequest, 'notes'>>> = {
  'a conversation': { options: { prompt, maxOutputTokens: 900 } },
  settings: { options: { prompt, maxOutputTokens: 900, temperature: 0.5, topP: 0.9 } },
  'a temperature': { options: { prompt, maxOutputTokens: 900, temperature: 0.5 } },
  'tools, one at a time': {
    options: { prompt, maxOutputTokens: 900, tools },
    parallelTools: false,
  },
  'a tool that must be called': {
    options: {
      prompt,
      maxOutputTokens: 900,
      tools,
      toolChoice: { type: 'tool', toolName: 'find' },
    },
  },
  'any tool': {
    options: { prompt, maxOutputTokens: 900, tools, toolChoice: { type: 'required' } },
  },
  'a format': {
    options: { prompt, maxOutputTokens: 900, responseFormat: { type: 'json', schema } },
  },
  'a format beside tools': {
    options: { prompt, maxOutputTokens: 900, tools, responseFormat: { type: 'json', schema } },
  },
};

/** One id of each family, and one that nobody knows. */
const models: readonly (readonly [ProtocolName, readonly string[]])[] = [
  ['openai-chat', ['deepseek-chat']],
  [
    'anthropic-messages',
    [
      'claude-opus-5-5',
      'claude-haiku-5-5',
      'claude-fable-5-1',
      'claude-fable-5',
      'claude-opus-4-8',
      'claude-sonnet-4-6',
      'claude-haiku-4-5',
      'claude-opus-4-1',
      'claude-sonnet-4-0',
      'claude-opus-4-0',
      'claude-3-haiku-20240307',
      'claude-new-9',
      'kimi-k3',
    ],
  ],
  [
    'openai-responses',
    [
      'gpt-6-luna',
      'gpt-6-astra',
      'gpt-5.5',
      'gpt-5-chat-latest',
      'gpt-5-mini',
      'o4-mini',
      'gpt-4.1',
      'qwen4',
    ],
  ],
];

const cells = models.flatMap(([protocol, names]) =>
  names.flatMap((model) => Object.keys(requests).map((what) => [protocol, model, what] as const)),
);

it('has an id of each family', () => {
  // What the package asks of Gemini's models is in other words:
  // https://ai.google.dev/gemini-api/docs/thinking is the source of ours.
  const named = [...models.flatMap(([, names]) => names), 'gemini-3.8-flash', 'gemini-2.5-pro'];
  const known = modelFamilies.filter(({ match }) => named.some((name) => match.test(name)));
  expect(known).toHaveLength(modelFamilies.length);
});

it.each(cells)('%s: %s is asked for %s as the package asks', async (protocol, model, what) => {
  const [, side] = sides.find(([name]) => name === protocol) ?? [];
  const request = { notes: [], options: { prompt }, ...requests[what] };
  const target = targetOf(protocol, { model, traits: familyOf(model)?.traits ?? {} });
  const ours = { model, ...side?.encodeRequest(request, target, true).body };
  expect(calm(ours)).toEqual(calm(await writeBody(protocol, request, model)));
});

/** What means the same in two spellings, or is told in other words. */
function calm(body: object): unknown {
  const text = JSON.stringify(body, (key, value) => (key === 'description' ? undefined : value));
  const { include: _include, ...rest } = JSON.parse(text);
  return rest;
}
