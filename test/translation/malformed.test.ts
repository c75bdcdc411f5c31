/**
 * A field of a wrong type is wrong in the client's own protocol: whatever the field, and whichever
 * of the four protocols. A word that only we do not know is not.
 */

import { describe, expect, it } from 'vitest';
import { decodeMessagesRequest } from '../../src/protocols/anthropic-messages/translate-in.ts';
import { googleGenerateContent } from '../../src/protocols/google-generate-content/protocol.ts';
import { decodeChatRequest } from '../../src/protocols/openai-chat/translate-in.ts';
import { decodeResponsesRequest } from '../../src/protocols/openai-responses/translate-in.ts';
import { MalformedBody } from '../../src/protocols/translation/parse-wire.ts';

const decoders = {
  'openai-chat': decodeChatRequest,
  'openai-responses': decodeResponsesRequest,
  'anthropic-messages': decodeMessagesRequest,
  'google-generate-content': googleGenerateContent.translation.decodeRequest,
};

const turns = [{ role: 'user', content: 'hi' }];
const whole = {
  'openai-chat': { messages: turns, tools: [], max_tokens: 5, temperature: 1, stop: ['x'] },
  'openai-responses': { input: turns, instructions: 'x', tools: [], max_output_tokens: 5 },
  'anthropic-messages': { messages: turns, system: 'x', tools: [], max_tokens: 5, temperature: 1 },
  'google-generate-content': {
    contents: [{ role: 'user', parts: [{ text: 'hi' }] }],
    systemInstruction: { parts: [{ text: 'x' }] },
    tools: [],
    generationConfig: { maxOutputTokens: 5 },
  },
} as const;

/** Every place in a body, as a body that has `value` there. */
function* broken(body: unknown, value: unknown): Generator<[string, object]> {
  if (typeof body !== 'object' || body === null) return;
  for (const [name, inner] of Object.entries(body)) {
    const put = (changed: unknown): object =>
      Array.isArray(body)
        ? body.map((one, index) => (String(index) === name ? changed : one))
        : { ...body, [name]: changed };
    yield [name, put(value)];
    for (const [path, changed] of broken(inner, value)) yield [`${name}.${path}`, put(changed)];
  }
}

function decode(name: keyof typeof whole, body: object): unknown {
  try {
    return decoders[name]({ ...body });
  } catch (error) {
    return error;
  }
}

describe.each([
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'google-generate-content',
] as const)('a body of %s', (name) => {
  it.each([7, true])('with %j in a place of another type names that place', (value) => {
    const found = [...broken(whole[name], value)].map(
      ([path, body]) => [path, decode(name, body)] as const,
    );
    for (const [path, error] of found) {
      if (/max|temperature|stop\.0/i.test(path) && typeof value === 'number') continue;
      expect(error, path).toBeInstanceOf(MalformedBody);
      expect(String(error)).toContain(`"${path}" is a ${typeof value}: expected`);
    }
    expect(found.length).toBeGreaterThan(5);
  });

  it('is not malformed for a word that we do not know', () => {
    const strange = JSON.parse(JSON.stringify(whole[name]).replace('"user"', '"narrator"'));
    expect(decode(name, strange)).toBeInstanceOf(Error);
    expect(decode(name, strange)).not.toBeInstanceOf(MalformedBody);
  });
});
