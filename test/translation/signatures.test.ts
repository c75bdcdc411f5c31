/** The signature of a call of Google's goes through every other protocol and back: to the account that made it, and to nobody else. */

import { beforeAll, describe, expect, it } from 'vitest';
import { findBound as findInMessages } from '../../src/protocols/anthropic-messages/bound.ts';
import { findBound as findInContents } from '../../src/protocols/google-generate-content/bound.ts';
import type { WireObject } from '../../src/protocols/is-record.ts';
import { findBound as findInChat } from '../../src/protocols/openai-chat/bound.ts';
import { findBound as findInItems } from '../../src/protocols/openai-responses/bound.ts';
import type { Bound } from '../../src/protocols/protocol.ts';
import { dropSealed, unsignedCall } from '../../src/protocols/sealed.ts';
import { loadTranslations } from '../streams/teller.ts';
import { travel } from './travel.ts';

beforeAll(loadTranslations);

// biome-ignore lint/suspicious/noExplicitAny: what stands in a test's own bodies
type Loose = any;

const signed = {
  functionCall: { name: 'look', args: { city: 'Rome' }, id: 'c1' },
  thoughtSignature: 'sig-1',
};
const parts = [{ text: 'I look.' }, signed];
const candidates = [{ content: { parts, role: 'model' }, finishReason: 'STOP', index: 0 }];
const answers = {
  whole: { answer: JSON.stringify({ candidates }) },
  streamed: { stream: `data: ${JSON.stringify({ candidates })}\n\n` },
};

const user = { role: 'user', content: 'weather?' };
const result = 'sunny';

interface Client {
  readonly path: string;
  readonly first: object;
  /** The next request, made of the answer as it was told. */
  next(told: readonly Loose[]): object;
  readonly findBound: (body: WireObject) => Bound;
}

const clients: Readonly<Record<string, Client>> = {
  'openai-chat': {
    path: '/v1/chat/completions',
    first: { messages: [user] },
    next: (told) => {
      const calls = told.flatMap(({ choices: [choice] }) => {
        const { tool_calls: made } = choice?.message ?? choice?.delta ?? {};
        return made ?? [];
      });
      const answer = { role: 'assistant', content: 'I look.', tool_calls: calls };
      return { messages: [user, answer, { role: 'tool', tool_call_id: 'c1', content: result }] };
    },
    findBound: findInChat,
  },
  'anthropic-messages': {
    path: '/v1/messages',
    first: { max_tokens: 900, messages: [user] },
    next: (told) => {
      const seal = told.flatMap((event) => event.delta?.signature ?? []);
      const content = told[0].content ?? [
        { type: 'text', text: 'I look.' },
        { type: 'thinking', thinking: '', signature: seal.join() },
        { type: 'tool_use', id: 'c1', name: 'look', input: { city: 'Rome' } },
      ];
      const answered = { type: 'tool_result', tool_use_id: 'c1', content: result };
      const messages = [user, { role: 'assistant', content }, { role: 'user', content: [answered] }];
      return { max_tokens: 900, messages };
    },
    findBound: findInMessages,
  },
  'openai-responses': {
    path: '/v1/responses',
    first: { input: [user], include: ['reasoning.encrypted_content'] },
    next: (told) => {
      const { output } = told.at(-1).response ?? told.at(-1);
      return { input: [user, ...output, { type: 'function_call_output', call_id: 'c1', output: result }] };
    },
    findBound: findInItems,
  },
};

function parse(text: string): readonly Loose[] {
  if (text.startsWith('{')) return [JSON.parse(text)];
  return [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, json]) => JSON.parse(json ?? ''));
}

const google = ['google-generate-content'];
const cases = Object.entries(clients).flatMap(([protocol, client]) =>
  Object.entries(answers).map(([how, answer]) => [protocol, how, client, answer] as const),
);

describe.each(cases)('a signed call for a caller of %s, %s', (_protocol, _how, client, answer) => {
  async function ask(): Promise<WireObject> {
    const { text, record } = await travel({ path: client.path, body: client.first, ...answer }, google);
    expect(record?.outcome).toBe('answered');
    return client.next(parse(text)) as WireObject;
  }

  it('comes back to Google with its signature, and no note', async () => {
    const { sent, record } = await travel({ path: client.path, body: await ask() }, google);
    const { contents } = JSON.parse(sent[0]?.body ?? '');
    expect(contents[1].parts).toEqual(parts);
    expect(record?.notes.join()).not.toMatch(/reasoning|signature|encrypted/);
  });

  it.each(Object.keys(clients).filter((one) => one !== _protocol))(
    'goes to a target of %s without it, with a note',
    async (protocol) => {
      const { sent, record } = await travel({ path: client.path, body: await ask() }, [protocol]);
      expect(sent[0]?.body).toContain('I look.');
      expect(sent[0]?.body).not.toContain('sig-1');
      expect(record?.notes.join()).toContain('the reasoning of earlier answers');
    },
  );

  it('is known by one name in every protocol', async () => {
    const inGoogle = findInContents({ contents: [{ role: 'model', parts: [signed] }] });
    expect(client.findBound(await ask()).sealed).toEqual(inGoogle.sealed);
  });
});

it('leaves a call of openai-chat signed as nobody’s for another account', async () => {
  const call = { id: 'c1', extra_content: { google: { thought_signature: 'sig-1' } } };
  const messages = [{ role: 'assistant', tool_calls: [call, { id: 'c2' }] }];
  const { sealed } = findInChat({ messages });
  expect(JSON.stringify(dropSealed({ messages }, sealed))).toContain(unsignedCall);
  expect(JSON.stringify(dropSealed({ messages }, sealed))).not.toContain('sig-1');
  expect(dropSealed({ messages }, ['sealed:other'])).toEqual({ messages });
});

it.each(Object.entries(answers))(
  'is not told to a caller of openai-responses who asks for no sealed thoughts, %s: he would name it by an id that nobody keeps',
  async (_how, answer) => {
    const { text } = await travel({ path: '/v1/responses', body: { input: [user] }, ...answer }, google);
    const { output } = parse(text).at(-1).response ?? parse(text).at(-1);
    expect(output.map(({ type }: Loose) => type)).toEqual(['message', 'function_call']);
  },
);
