/**
 * Laws of writing a body for a target: nothing but the model changes, whatever the body is and
 * wherever the model stands.
 */

import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Edit, HistoryRepair, Target } from '../../model/target.ts';
import { anthropicMessages } from '../anthropic-messages/protocol.ts';
import type { Protocol } from '../contract/protocol.ts';
import { openaiChat } from '../openai-chat/protocol.ts';
import { openaiResponses } from '../openai-responses/protocol.ts';

const target: Target = {
  id: 'one/the "model"',
  provider: 'one',
  model: 'the "model"',
  protocol: 'openai-chat',
  baseUrl: 'https://one.test/v1',
  origin: 'https://one.test',
  site: 'https://one.test/v1',
  authStyle: 'bearer',
  keyRequired: true,
  pool: 'one',
  limits: {},
  bodyEdits: [],
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

/**
 * Numbers that JavaScript cannot hold or would spell otherwise, an escape and a key order that it
 * would not keep.
 */
const odd =
  '{"seed": 9007199254740993, "top_p" :1.0,"low":-0, "big":1e400,"note":"a\\/\\u00e9", "10":1,"2":[1E+2]}';
/** Every kind of rewrite, and what of `rewritten` it leaves as it came. */
const rewrites: readonly (readonly [string, Partial<Target>])[] = [
  ['a rename', { bodyEdits: [{ kind: 'rename', field: 'top_p', to: 'p' }] }],
  ['a drop', { bodyEdits: [{ kind: 'drop', field: 'user' }] }],
  ['a clamp', { bodyEdits: [{ kind: 'clamp', field: 'max_tokens', max: 100 }] }],
  [
    'a field that is set if absent',
    { bodyEdits: [{ kind: 'set-if-absent', field: 'added', value: 1 }] },
  ],
  ['a role', { bodyEdits: [{ kind: 'role', from: 'developer', to: 'system' }] }],
  [
    'reasoning filled in',
    { bodyEdits: [repair({ kind: 'fill-reasoning', field: 'thought', value: '…' })] },
  ],
  ['reasoning left out', { bodyEdits: [repair({ kind: 'drop-reasoning' })] }],
  ['other ids of tool calls', { bodyEdits: [repair({ kind: 'tool-ids', length: 9 })] }],
  ['fields of its own', { extraBody: { store: false } }],
];
const message = `{"role":"developer","user":"u","content":[{"type":"text","text":"t","odd":${odd}}],"odd":${odd}}`;
const rewritten = `{"model":"main","user":"u","max_tokens":4e3, "messages":[${message}],"input":[${odd}],"odd": ${odd}}`;

describe.each(protocols.map((protocol) => [protocol.name, protocol] as const))(
  'a body of %s',
  (_name, protocol) => {
    const encode = (text: string): string =>
      [protocol.readBody({ body: Buffer.from(text) }, 'generate').encodeFor(target)]
        .flat()
        .map(String)
        .join('');

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

    it.each(rewrites)('keeps the text of all that is not touched by %s', (_kind, change) => {
      const read = protocol.readBody({ body: Buffer.from(rewritten) }, 'generate');
      const text = String(read.encodeFor({ ...target, ...change }));
      expect(text.split(odd)).toHaveLength(5);
      expect(JSON.parse(text)).not.toEqual(JSON.parse(rewritten));
    });

    it.each(['prefill', 'instruct'] as const)(
      'keeps the text of all before a continuation by %s',
      (way) => {
        const read = protocol.readBody({ body: Buffer.from(rewritten) }, 'generate');
        const delivered = {
          text: 'so',
          textEvents: 1,
          obstacle: undefined,
          opening: {},
          usage: undefined,
        };
        const text = String(read.encodeContinuation(target, { way, delivered, shownText: 'so' }));
        expect(text.split(odd)).toHaveLength(5);
        expect(text).toContain('"so"');
      },
    );
  },
);

function repair(one: HistoryRepair): Edit {
  return { kind: 'history', repairs: [one] };
}

describe('a body that is not JSON is refused by what it is', () => {
  it.each([
    ['nothing', Buffer.alloc(0), 'it is empty'],
    ['spaces', Buffer.from(' \n'), 'it is empty'],
    ['a compressed one', gzipSync('{}'), 'it is compressed'],
    ['UTF-16', Buffer.from('\ufeff{"model":"main"}', 'utf16le'), 'it is not text in UTF-8'],
    [
      'UTF-16 without a mark',
      Buffer.from('{"model":"main"}', 'utf16le'),
      'it is not text in UTF-8',
    ],
    [
      'a byte order mark',
      Buffer.from('\ufeff{"model":"main"}'),
      'it begins with a byte order mark',
    ],
    ['a form', Buffer.from('model=main&stream=true'), 'it is a form'],
    [
      'a form in parts',
      Buffer.from('--x\r\ncontent-disposition: form-data'),
      'it is a form in parts',
    ],
    ['half of it', Buffer.from('{"model":'), 'it ends where a value'],
    [
      'a comma too many',
      Buffer.from('{"model":"main",\n"a":1,}'),
      'there is a comma before } (line 2, column 7, byte 23)',
    ],
  ])('%s', (_name, body, detail) => {
    expect(() => openaiChat.readBody({ body }, 'generate')).toThrow(
      `the request body is not JSON: ${detail}`,
    );
  });
});

it.each([
  ['an object that was encoded twice', JSON.stringify('{"model":"main"}'), 'is a JSON text'],
  ['a list', '[]', 'is not a JSON object'],
])('%s is told', (_name, body, said) => {
  expect(() => openaiChat.readBody({ body: Buffer.from(body) }, 'generate')).toThrow(said);
});
