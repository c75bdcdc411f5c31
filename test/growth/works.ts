/**
 * The work of each handler at sizes that a hostile or a large request has: many messages, tools,
 * calls, events, one long text, deep nesting.
 */

import { Joint } from '../../src/access/answer/joint.ts';
import { canClose } from '../../src/protocols/anthropic-messages/close-schema.ts';
import { anthropicMessages } from '../../src/protocols/anthropic-messages/protocol.ts';
import { repairHistory } from '../../src/protocols/body/repair-history.ts';
import { googleGenerateContent } from '../../src/protocols/google-generate-content/protocol.ts';
import { parseExact } from '../../src/protocols/json/exact-json.ts';
import type { WireObject } from '../../src/protocols/json/is-record.ts';
import { openaiChat } from '../../src/protocols/openai-chat/protocol.ts';
import { openaiResponses } from '../../src/protocols/openai-responses/protocol.ts';
import { readAtOnce } from '../../src/protocols/translation/read-at-once.ts';
import { placeThoughts } from '../../src/protocols/translation/returned-thoughts.ts';
import { nameSealed } from '../../src/protocols/translation/sealed.ts';
import { toThought } from '../../src/protocols/translation/seals.ts';
import { findKept, findLost } from '../../src/tasks/compression/kept.ts';
import { takeChunk, toUnits } from '../../src/tasks/compression/units.ts';
import { SseSplitter } from '../../src/transport/sse.ts';
import { facts, targetOf } from '../translation/sides.ts';
import { asks, type Name, streams } from './bodies.ts';
import type { Work } from './growth.ts';

const protocols = {
  chat: openaiChat,
  messages: anthropicMessages,
  responses: openaiResponses,
  google: googleGenerateContent,
};
const names: readonly Name[] = ['chat', 'messages', 'responses', 'google'];

const requests: readonly Work[] = names.flatMap((client) =>
  Object.entries(asks[client]).flatMap(([what, make]) =>
    names
      .filter((target) => target !== client)
      .map((target) => ({
        name: `a request of ${client} for ${target}: many ${what}`,
        size: 2000,
        prepare: (size: number) => {
          const body = make(size);
          return () => {
            const neutral = protocols[client].translation.decodeRequest(body);
            protocols[target].translation.findObstacle(neutral);
            return JSON.stringify(
              protocols[target].translation.encodeRequest(
                neutral,
                targetOf(protocols[target].name),
                true,
              ).body,
            );
          };
        },
      })),
  ),
);

const answers: readonly Work[] = names.flatMap((target) =>
  Object.entries(streams[target]).flatMap(([what, make]) =>
    names
      .filter((client) => client !== target)
      .map((client) => ({
        name: `an answer of ${target} for ${client}: many ${what}`,
        size: 2000,
        prepare: (size: number) => {
          const events = make(size);
          return () => {
            const decoder = new protocols[target].translation.AnswerDecoder();
            const writer = new protocols[client].translation.AnswerWriter({
              ...facts,
              notes: [],
            });
            const watch = new protocols[client].StreamWatch({ choices: 1, keepsText: true });
            let told = 0;
            for (const parts of [
              ...events.map((event) => () => decoder.push(event)),
              () => decoder.end(),
            ])
              for (const part of parts())
                for (const { data, event } of writer.push(part)) {
                  told += data.length;
                  if (event !== undefined) watch.take(event);
                }
            return told + watch.delivered().text.length;
          };
        },
      })),
  ),
);

const wholes: readonly Work[] = names.flatMap((target) =>
  Object.entries(streams[target]).map(([what, make]) => ({
    name: `a whole answer of ${target}: many ${what}`,
    size: 2000,
    prepare: (size: number) => {
      const events = make(size);
      return () =>
        readAtOnce(new protocols[target].translation.AnswerDecoder(), events).content.length;
    },
  })),
);

const watches: readonly Work[] = names.flatMap((name) =>
  Object.entries(streams[name]).map(([what, make]) => ({
    name: `the watch of ${name}: many ${what}`,
    size: 4000,
    prepare: (size: number) => {
      const events = make(size).map((event) => JSON.stringify(event));
      return () => {
        const watch = new protocols[name].StreamWatch({ choices: 1, keepsText: true });
        for (const data of events) watch.push(data);
        return watch.delivered().text.length;
      };
    },
  })),
);

const textIn = (at: number): readonly object[] => [{ type: 'text', text: `m${at}` }];
/** Turns of one speaker, by what there is much of. */
const crowds: Readonly<Record<string, (at: number) => object>> = {
  'user turns': (at) => ({ role: 'user', content: `m${at}` }),
  'user turns in parts': (at) => ({ role: 'user', content: textIn(at) }),
  'answers in parts': (at) => ({ role: 'assistant', content: textIn(at) }),
  'later system messages': (at) => ({ role: at === 0 ? 'user' : 'system', content: `m${at}` }),
  'later system messages in parts': (at) => ({
    role: at === 0 ? 'user' : 'system',
    content: textIn(at),
  }),
};
const folds: readonly Work[] = (['system-first', 'alternating', 'no-system'] as const).flatMap(
  (roles) =>
    Object.entries(crowds).map(([what, make]) => ({
      name: `a fold for ${roles}: many ${what}`,
      size: 4000,
      prepare: (size: number) => {
        const messages = Array.from({ length: size }, (_, at) => make(at));
        return () => JSON.stringify(openaiChat.bodyEditing.foldRoles?.({ messages }, roles)).length;
      },
    })),
);

const seals: Readonly<Record<string, (signature: string) => WireObject>> = {
  messages: (signature) => ({
    messages: [{ role: 'assistant', content: [{ type: 'thinking', thinking: 'x', signature }] }],
  }),
  responses: (seal) => ({ input: [{ type: 'reasoning', summary: [], encrypted_content: seal }] }),
};
const repairs: readonly Work[] = (['messages', 'responses'] as const).map((name) => ({
  name: `the seals of another account in ${name}: many thoughts`,
  size: 3000,
  prepare: (size) => {
    const all = Array.from({ length: size }, (_, at) => `seal-${at}-${'x'.repeat(20)}`);
    const [field = ''] = Object.keys(seals[name]?.('') ?? {});
    const body = { [field]: all.flatMap((seal) => seals[name]?.(seal)[field] ?? []) };
    const repair = { kind: 'drop-sealed', names: all.map(nameSealed) } as const;
    return () => repairHistory(body, repair, protocols[name].bodyEditing);
  },
}));

const listNames = (size: number): string[] => Array.from({ length: size }, (_, at) => `name_${at}`);
const lists: readonly Work[] = [
  {
    name: 'the schema of an answer: many required fields',
    size: 6000,
    prepare: (size) => {
      const required = listNames(size);
      const properties = Object.fromEntries(required.map((name) => [name, { type: 'string' }]));
      const schema = { type: 'object', properties, required, additionalProperties: false };
      return () => canClose(schema);
    },
  },
  {
    name: 'a request of google: many tools that are allowed',
    size: 4000,
    prepare: (size) => {
      const allowedFunctionNames = listNames(size);
      const functionDeclarations = allowedFunctionNames.map((name) => ({ name }));
      const body = {
        contents: [{ role: 'user', parts: [{ text: 'go' }] }],
        tools: [{ functionDeclarations }],
        toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames } },
      };
      return () => googleGenerateContent.translation.decodeRequest(body);
    },
  },
  {
    name: 'thoughts that come back: many in one answer',
    size: 4000,
    prepare: (size) => {
      const thoughts = listNames(size).map((seal) =>
        toThought({ text: 'x', seal: `openai.${seal}` }),
      );
      const call = { type: 'tool-call', toolCallId: 'c', toolName: 'f', input: '{}' } as const;
      return () => placeThoughts([...thoughts, call]);
    },
  },
];

const long = (size: number, piece: string) => piece.repeat(size);
const shapes: Readonly<Record<string, string>> = {
  words: 'some words and a/file.ts here. ',
  'one word': 'abcdefgh',
  paths: 'a/b',
  dots: 'a.b',
  signs: '@a-',
  spaces: '   ',
  lines: '\n\n',
  brackets: '[{"',
  quotes: '"\\"',
  base64: 'aGk+/x==',
  han: '决定。',
};

const texts: readonly Work[] = Object.entries(shapes).flatMap(([what, piece]) => [
  {
    name: `what a compression keeps: a text of ${what}`,
    size: 20_000,
    prepare: (size: number) => {
      const messages = [{ role: 'user' as const, content: long(size, piece) }];
      return () => findLost(findKept(messages, 2000), long(size, piece)).length;
    },
  },
  {
    name: `the chunks of a compression: a text of ${what}`,
    size: 20_000,
    prepare: (size: number) => {
      const messages = [{ role: 'user' as const, content: long(size, piece) }];
      return () => {
        let chunk = takeChunk(toUnits(messages), 2000);
        let count = 1;
        for (; chunk.rest.length > 0; count++) chunk = takeChunk(chunk.rest, 2000);
        return count;
      };
    },
  },
  {
    name: `exact JSON: a text of ${what}`,
    size: 50_000,
    prepare: (size: number) => {
      const text = JSON.stringify({ input: long(size, piece), args: 1.5 });
      return () => parseExact(text);
    },
  },
  ...(['exact', 'again', 'other'] as const).map((manner) => ({
    name: `the joint, ${manner}: a text of ${what}`,
    size: 5000, // what a joint looks at has a limit: both sizes are beyond it
    prepare: (size: number) => {
      const delivered = `Start. ${long(size, piece)}`;
      const rest = manner === 'again' ? delivered : long(size, piece);
      const pieces = rest.match(/[\s\S]{1,4}/g) ?? [];
      return () => {
        const joint = new Joint(manner === 'other' ? `${delivered} else` : delivered, 'instruct');
        let told = 0;
        for (const one of pieces) told += joint.push(one).length;
        return told + joint.end().length;
      };
    },
  })),
]);

const splitting: readonly Work[] = [
  {
    name: 'an event in many pieces',
    size: 20_000,
    prepare: (size) => {
      const piece = Buffer.from('abcdefgh');
      return () => {
        const splitter = new SseSplitter();
        splitter.push(Buffer.from('data: '));
        for (let at = 0; at < size; at++) splitter.push(piece);
        return splitter.push(Buffer.from('\n\n')).length;
      };
    },
  },
  {
    name: 'many events in one piece',
    size: 20_000,
    prepare: (size) => {
      const bytes = Buffer.from('data: {"a":1}\n\n'.repeat(size));
      return () => new SseSplitter().push(bytes).length;
    },
  },
];

export const works: readonly Work[] = [
  ...requests,
  ...answers,
  ...wholes,
  ...watches,
  ...folds,
  ...repairs,
  ...lists,
  ...texts,
  ...splitting,
];
