/** Laws of writing a body for a target: nothing but the model changes, whatever the body is and wherever the model stands. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Target } from '../model/target.ts';
import { anthropicMessages } from './anthropic-messages/protocol.ts';
import { openaiChat } from './openai-chat/protocol.ts';
import { openaiResponses } from './openai-responses/protocol.ts';
import type { Protocol } from './protocol.ts';

const target: Target = {
  id: 'one/the "model"',
  provider: 'one',
  model: 'the "model"',
  protocol: 'openai-chat',
  baseUrl: 'https://one.test/v1',
  origin: 'https://one.test',
  authStyle: 'bearer',
  keyRequired: true,
  pool: 'one',
  limits: {},
  edits: [],
};

const protocols: readonly Protocol[] = [openaiChat, openaiResponses, anthropicMessages];
const essential = { model: 'main', messages: [], input: '' };
/** Fields of a request, in any order, with any others. */
const bodies = fc
  .tuple(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 6 }), fc.nat(6))
  .map(([others, place]) => {
    const fields = Object.entries(others).filter(
      ([field]) => !['model', 'stream', 'n', ...Object.keys(essential)].includes(field),
    );
    return Object.fromEntries([
      ...fields.slice(0, place),
      ...Object.entries(essential),
      ...fields.slice(place),
    ]);
  });
const spaces = fc.constantFrom(0, 1, 2, '\t');

describe.each(protocols.map((protocol) => [protocol.name, protocol] as const))(
  'a body of %s',
  (_name, protocol) => {
    const encode = (text: string): string =>
      [protocol.readBody(Buffer.from(text), 'generate').encodeFor(target)].flat().map(String).join('');

    it('is written with another model and is otherwise the same', () => {
      fc.assert(
        fc.property(bodies, spaces, (body, indent) => {
          const text = JSON.stringify(body, undefined, indent);
          expect(JSON.parse(encode(text))).toEqual({ ...body, model: target.model });
        }),
        { seed: 20261121 },
      );
    });

    it('keeps every byte around its model', () => {
      fc.assert(
        fc.property(bodies, spaces, (body, indent) => {
          const text = JSON.stringify({ ...body, mark: 'µ☃' }, undefined, indent);
          const [before = '', after = ''] = text.split('"main"');
          fc.pre(
            text.split('"main"').length === 2 &&
              !Object.keys(body).some((key) => JSON.stringify(key).includes('\\')),
          );
          expect(encode(text)).toBe(`${before}${JSON.stringify(target.model)}${after}`);
        }),
        { seed: 20261121 },
      );
    });
  },
);
