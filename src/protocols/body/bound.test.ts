/**
 * What of each protocol's requests and answers is found to be bound to an account, and a request
 * without what was sealed.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Target } from '../../model/target.ts';
import { anthropicMessages } from '../anthropic-messages/protocol.ts';
import type { Protocol } from '../contract/protocol.ts';
import { openaiChat } from '../openai-chat/protocol.ts';
import { openaiResponses } from '../openai-responses/protocol.ts';
import { nameSealed } from '../translation/sealed.ts';
import { judgeText } from './json-body.ts';

const user = { role: 'user', content: 'hi' };
const call = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'f', arguments: '{}' };
const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' };
const sealed = nameSealed('gAAA');
const thinking = { type: 'thinking', thinking: 'hm', signature: 'Erc' };
const signed = nameSealed('Erc');

function boundOf(protocol: Protocol, body: object, indent = 0) {
  const bytes = Buffer.from(JSON.stringify({ model: 'm', messages: [], ...body }, null, indent));
  return protocol.readBody({ body: bytes }, 'generate').bound();
}

function audioIn(role: string): object {
  return { messages: [{ role, audio: { id: 'audio_1' } }] };
}

describe('what a request names', () => {
  it.each<[string, Protocol, object, readonly string[], readonly string[]]>([
    ['previous_response_id', openaiResponses, { previous_response_id: 'resp_1' }, ['resp_1'], []],
    ['conversation', openaiResponses, { conversation: 'conv_1' }, ['conv_1'], []],
    [
      'conversation as an object',
      openaiResponses,
      { conversation: { id: 'conv_1' } },
      ['conv_1'],
      [],
    ],
    [
      'item_reference',
      openaiResponses,
      { input: [{ type: 'item_reference', id: 'msg_1' }] },
      ['msg_1'],
      [],
    ],
    ['an item without a type', openaiResponses, { input: [{ id: 'msg_1' }, user] }, ['msg_1'], []],
    [
      'an item of type null',
      openaiResponses,
      { input: [{ type: null, id: 'msg_1' }] },
      ['msg_1'],
      [],
    ],
    ['encrypted reasoning', openaiResponses, { input: [reasoning, call] }, [], [sealed]],
    [
      'stored reasoning',
      openaiResponses,
      { input: [{ type: 'reasoning', id: 'rs_1' }] },
      [],
      ['rs_1'],
    ],
    [
      'a compacted conversation',
      openaiResponses,
      { input: [{ type: 'compaction', encrypted_content: 'gAAA' }] },
      [sealed],
      [],
    ],
    [
      'a file',
      openaiResponses,
      { input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'file_1' }] }] },
      ['file_1'],
      [],
    ],
    [
      'a container',
      openaiResponses,
      { input: 'x', tools: [{ type: 'code_interpreter', container: 'cntr_1' }] },
      ['cntr_1'],
      [],
    ],
    [
      'an image made before',
      openaiResponses,
      { input: [{ type: 'image_generation_call', id: 'ig_1' }] },
      ['ig_1'],
      [],
    ],
    [
      'a file in chat',
      openaiChat,
      { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file_1' } }] }] },
      ['file_1'],
      [],
    ],
    ['audio in chat', openaiChat, audioIn('assistant'), ['audio_1'], []],
    [
      'a container of Anthropic',
      anthropicMessages,
      { container: 'container_1' },
      ['container_1'],
      [],
    ],
    [
      'a file of Anthropic',
      anthropicMessages,
      {
        messages: [
          {
            role: 'user',
            content: [{ type: 'document', source: { type: 'file', file_id: 'file_1' } }],
          },
        ],
      },
      ['file_1'],
      [],
    ],
    [
      'signed thinking',
      anthropicMessages,
      {
        messages: [
          { role: 'assistant', content: [thinking, { type: 'redacted_thinking', data: 'gAAA' }] },
        ],
      },
      [],
      [signed, sealed],
    ],
  ])('%s', (_name, protocol, body, references, names) => {
    for (const indent of [0, 2]) {
      const bound = boundOf(protocol, body, indent);
      expect(bound?.references.map(({ name }) => name)).toEqual(references);
      expect(bound?.sealed).toEqual(names);
    }
  });

  it.each<[string, Protocol, object]>([
    [
      'a plain conversation',
      openaiResponses,
      { input: 'say "encrypted_content" and "item_reference"' },
    ],
    [
      'a tool and data with fields called id',
      openaiResponses,
      {
        input: [
          { role: 'user', content: [{ type: 'input_text', text: 'id' }], metadata: { id: 'x' } },
        ],
        tools: [
          { type: 'function', name: 'f', parameters: { properties: { id: {} }, required: ['id'] } },
        ],
      },
    ],
    ['one that asks for reasoning', openaiResponses, { reasoning: { effort: 'high' }, input: [] }],
    ['a plain chat', openaiChat, { messages: [{ role: 'user', content: '"file_id"' }] }],
    ['plain messages', anthropicMessages, { messages: [{ role: 'user', content: 'hi' }] }],
  ])('nothing in %s, which is not even parsed for it', (_name, protocol, body) => {
    expect(boundOf(protocol, body)).toBeUndefined();
  });
});

/**
 * What is found in a body with this text at its end: scanned as a whole and in pieces, and parsed,
 * as for a name that is escaped.
 */
function findings(protocol: Protocol, text: string): readonly unknown[] {
  const bytes = Buffer.from(`{"model":"m","messages":[]${text}}`);
  const crumbs = [...bytes].map((byte) => Buffer.of(byte));
  const parsed = Buffer.from(`{"\\u0061":1,"model":"m","messages":[]${text}}`);
  const none = { references: [], sealed: [] };
  return [bytes, crumbs, parsed].map(
    (body) => protocol.readBody({ body }, 'generate').bound() ?? none,
  );
}

/** JSON text with these of the letters in its strings escaped, round and round. */
function escapeLetters(text: string, choice: readonly boolean[]): string {
  let at = 0;
  const escapeOne = (letter: string): string => {
    const code = letter.charCodeAt(0).toString(16).padStart(4, '0');
    return choice[at++ % choice.length] === true
      ? `\\u${at % 2 === 0 ? code : code.toUpperCase()}`
      : letter;
  };
  return text.replace(/"[^"]*"/g, (string) => string.replace(/[a-z_]/g, escapeOne));
}

describe('a name that is written with escapes', () => {
  it.each<[string, Protocol, string, string]>([
    [
      'the type of an item',
      openaiResponses,
      String.raw`"input":[{"type":"item\u005freference","id":"x1"}]`,
      'x1',
    ],
    ['the id of an item', openaiResponses, String.raw`"input":[{"\u0069d":"x1"}]`, 'x1'],
    ['all of an id', openaiResponses, String.raw`"input":[{"\u0069\u0064":"x1"}]`, 'x1'],
    ['a file', openaiResponses, String.raw`"input":[{"content":[{"f\u0069le_id":"x1"}]}]`, 'x1'],
    [
      'a file in chat',
      openaiChat,
      String.raw`"messages":[{"content":[{"file":{"f\u0069le_i\u0064":"x1"}}]}]`,
      'x1',
    ],
    ['audio', openaiChat, String.raw`"messages":[{"\u0061udio":{"id":"x1"}}]`, 'x1'],
    [
      'a file of Anthropic',
      anthropicMessages,
      String.raw`"messages":[{"content":[{"file\u005Fid":"x1"}]}]`,
      'x1',
    ],
  ])('is found like one without: %s', (_name, protocol, text, id) => {
    for (const found of findings(protocol, `,${text}`))
      expect(found).toMatchObject({ references: [{ name: id }], sealed: [] });
  });

  it('is found by scanning wherever it is found by parsing, typed or not', () => {
    const types = [
      'item_reference',
      'message',
      'reasoning',
      'thinking',
      'redacted_thinking',
      'compaction',
    ];
    const name = fc.constantFrom('a', 'id', 'file_id');
    const named = fc.record({ id: name, file_id: name }, { requiredKeys: [] });
    const fields = {
      type: fc.constantFrom(null, 'image_generation_call', 'code_interpreter', ...types),
      ...{ id: name, role: name, file_id: name, container: name, signature: name, data: name },
      ...{ encrypted_content: name, audio: named, file: named, source: named },
    };
    const part = fc.record(fields, { requiredKeys: [] });
    const lists = {
      content: fc.array(part, { maxLength: 2 }),
      output: fc.array(part, { maxLength: 2 }),
    };
    const items = fc.array(fc.record({ ...fields, ...lists }, { requiredKeys: [] }), {
      maxLength: 2,
    });
    const protocols = fc.constantFrom(openaiResponses, openaiChat, anthropicMessages);
    const choices = fc.array(fc.boolean(), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(protocols, items, choices, (protocol, list, choice) => {
        const text = escapeLetters(JSON.stringify(list), choice);
        const tail = ['input', 'messages', 'tools'].map((field) => `,"${field}":${text}`).join('');
        const [scanned, inPieces, parsed] = findings(protocol, tail);
        expect([scanned, inPieces]).toEqual([parsed, parsed]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what an answer makes', () => {
  const annotations = [
    { type: 'container_file_citation', container_id: 'cntr_1', file_id: 'cfile_1' },
  ];
  const message = {
    id: 'msg_1',
    type: 'message',
    content: [{ type: 'output_text', text: 'x', annotations }],
  };
  const response = { id: 'resp_1', status: 'completed', output: [reasoning, message] };

  it.each<[string, Protocol, object, readonly string[]]>([
    [
      'a response',
      openaiResponses,
      { ...response, conversation: { id: 'conv_1' } },
      ['resp_1', 'conv_1', 'rs_1', sealed, 'msg_1', 'cfile_1', 'cntr_1'],
    ],
    [
      'a response that is not kept',
      openaiResponses,
      { ...response, store: false },
      [sealed, 'cfile_1', 'cntr_1'],
    ],
    [
      'audio',
      openaiChat,
      { choices: [{ message: { content: null, audio: { id: 'audio_1' } } }] },
      ['audio_1'],
    ],
    ['a chat answer', openaiChat, { choices: [{ message: { content: 'x' } }] }, []],
    [
      'a message',
      anthropicMessages,
      {
        content: [
          thinking,
          {
            type: 'code_execution_tool_result',
            content: { type: 'code_execution_result', content: [{ file_id: 'file_1' }] },
          },
        ],
        container: { id: 'container_1' },
      },
      ['container_1', signed, 'file_1'],
    ],
  ])('%s, in one piece', (_name, protocol, body, made) => {
    const verdict = judgeText(JSON.stringify(body), protocol, 'generate');
    expect(verdict.kind === 'answer' ? verdict.made : verdict).toEqual(made);
  });

  it.each<[string, Protocol, readonly object[], readonly string[]]>([
    [
      'a response',
      openaiResponses,
      [
        { type: 'response.created', response: { id: 'resp_1' } },
        { type: 'response.output_item.done', item: reasoning },
        { type: 'response.completed', response: { id: 'resp_1', output: [reasoning] } },
      ],
      ['resp_1', 'rs_1', sealed],
    ],
    ['a new one', openaiResponses, [{ type: 'x', response: { id: 'resp_1' } }], ['resp_1']],
    [
      'a response that broke off: nobody keeps it, but its reasoning was handed out',
      openaiResponses,
      [
        { type: 'response.created', response: { id: 'resp_1', store: false } },
        { type: 'response.output_item.done', item: reasoning },
      ],
      [sealed],
    ],
    ['audio', openaiChat, [{ choices: [{ delta: { audio: { id: 'audio_1' } } }] }], ['audio_1']],
    [
      'a message',
      anthropicMessages,
      [
        { type: 'message_start', message: { container: { id: 'container_1' } } },
        {
          type: 'content_block_start',
          index: 0,
          content_block: { type: 'thinking', thinking: '' },
        },
        {
          type: 'content_block_delta',
          index: 0,
          delta: { type: 'signature_delta', signature: 'Erc' },
        },
        {
          type: 'content_block_start',
          index: 1,
          content_block: { type: 'redacted_thinking', data: 'gAAA' },
        },
      ],
      ['container_1', signed, sealed],
    ],
  ])('%s, streamed', (_name, protocol, events, made) => {
    const watch = new protocol.StreamWatch({ choices: 1, keepsText: false });
    for (const event of events) watch.push(JSON.stringify(event));
    expect(watch.made).toEqual(made);
  });
});

describe('a request without what was sealed', () => {
  const { dropSealed } = openaiResponses.bodyEditing;

  it('keeps everything else, without ids that name nothing elsewhere', () => {
    const { id: _, ...bare } = call;
    expect(dropSealed({ input: [user, reasoning, call] }, new Set([sealed]))).toEqual({
      input: [user, bare],
    });
    expect(dropSealed({ input: [user, reasoning, call] }, undefined)).toEqual({
      input: [user, bare],
    });
  });

  it('is left as it is where none of these names stand in it', () => {
    const body = { input: [reasoning, call] };
    expect(dropSealed(body, new Set(['sealed:other']))).toBe(body);
    expect(dropSealed({ input: 'hi' }, undefined)).toEqual({ input: 'hi' });
  });

  it('has no message that held nothing else', () => {
    const text = { type: 'text', text: 'so' };
    const messages = [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: [thinking] },
      { role: 'assistant', content: [thinking, text] },
    ];
    expect(anthropicMessages.bodyEditing.dropSealed({ messages }, new Set([signed]))).toEqual({
      messages: [messages[0], { role: 'assistant', content: [text] }],
    });
  });

  it('is what the target gets that an edit asks it of', () => {
    const bytes = Buffer.from(JSON.stringify({ model: 'm', input: [reasoning] }));
    const edits = [
      { kind: 'history', repairs: [{ kind: 'drop-sealed', names: [sealed] }] },
    ] as const;
    const target: Target = {
      id: 'one/m',
      provider: 'one',
      model: 'm',
      protocol: 'openai-responses',
      baseUrl: 'https://one.test/v1',
      origin: 'https://one.test',
      site: 'https://one.test/v1',
      authStyle: 'bearer',
      keyRequired: true,
      pool: 'one',
      limits: {},
      bodyEdits: edits,
    };
    const written = openaiResponses.readBody({ body: bytes }, 'generate').encodeFor(target);
    expect(JSON.parse(String(written))).toEqual({ model: 'm', input: [] });
  });
});
