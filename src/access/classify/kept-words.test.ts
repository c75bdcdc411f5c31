/** What is kept of a provider's words holds nothing of the request, however it is quoted, and still says what was wrong (law 2). */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCases } from '../../../scripts/lib/failure-corpus.ts';
import {
  findLeaks,
  privateConversation,
  privateText,
  quotingSentence,
} from '../../../test/fakes/quoting-provider.ts';
import { requestIn, tongues } from '../../../test/integration/tongues.ts';
import { Random } from '../../../test/simulation/random.ts';
import { corpusPath } from '../../host/package-files.ts';
import type { Upload } from '../../model/request.ts';
import { anthropicMessages } from '../../protocols/anthropic-messages/protocol.ts';
import type { ReadBody } from '../../protocols/contract/protocol.ts';
import { googleGenerateContent } from '../../protocols/google-generate-content/protocol.ts';
import { openaiChat } from '../../protocols/openai-chat/protocol.ts';
import { openaiResponses } from '../../protocols/openai-responses/protocol.ts';
import { readPassed } from '../../protocols/passed/read-passed.ts';
import { builtinSignatures } from '../../providers/signatures/builtin.ts';
import { builtinResetHints } from '../../providers/signatures/reset-hints.ts';
import { readFacts } from './classify.ts';
import { keepFailure, yourText } from './kept-words.ts';
import { createSignatureTable } from './match-signature.ts';

const signatures = createSignatureTable(builtinSignatures, builtinResetHints, () =>
  readFileSync(corpusPath(), 'utf8'),
);
const protocols = [openaiChat, openaiResponses, anthropicMessages, googleGenerateContent];
const named = { model: 'm', isStreamed: false };

function keep(message: string, body: ReadBody, upload?: Upload): string {
  const failure = { class: 'bad-request', evidence: { rule: 'r', kind: 'status' }, message } as const;
  const answer = { status: 400, headers: {}, body: '' };
  const asked = {
    engine: { signatures },
    body,
    request: { upload },
    target: { model: 'acme/model-of-a-very-long-name' },
  };
  return keepFailure({ ...failure, answer }, asked).message;
}

function chat(content: string, more: object = {}): ReadBody {
  const messages = [{ role: 'user', content }];
  return openaiChat.readBody(
    { body: Buffer.from(JSON.stringify({ model: 'main', messages, ...more })) },
    'generate',
  );
}

/** As a multipart form has it, unescaped. */
function form(text: string): ReadBody {
  const parts = [`name="model"\r\n\r\nm`, `name="prompt"\r\n\r\n${text}`].map(
    (part) => `--b\r\nContent-Disposition: form-data; ${part}\r\n`,
  );
  const headers = { 'content-type': 'multipart/form-data; boundary=b' };
  return readPassed({
    body: Buffer.from(`${parts.join('')}--b--\r\n`),
    headers,
    operation: 'images',
    passage: { method: 'POST', path: '/images/edits', object: undefined, provider: undefined },
  });
}

it('holds nothing of any request, whoever quotes it and however', () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const random = new Random(seed);
    const { texts, messages } = privateConversation(random);
    const at = random.integer(0, 4);
    const [tongue, protocol] = [tongues[at], protocols.find(({ name }) => name === tongues[at]?.protocol)];
    const body =
      tongue === undefined || protocol === undefined
        ? form(texts.join(' | '))
        : protocol.readBody(
            {
              body: requestIn(tongue, {
                model: 'main',
                ...tongue.fields,
                [tongue.conversation ?? 'messages']: messages,
              }).bytes,
              named,
            },
            'generate',
          );
    const said = quotingSentence(random, texts);
    const kept = keep(said, body);
    expect(findLeaks(kept, texts), `seed ${seed}: ${said}`).toEqual([]);
  }
});

it('finds what two pieces of a body share between them', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = new Random(seed);
    const text = privateText(random);
    const bytes = Buffer.from(JSON.stringify({ model: 'main', messages: [{ role: 'user', content: text }] }));
    const cuts = Array.from({ length: 6 }, () => random.integer(0, bytes.length)).sort((a, b) => a - b);
    const pieces = [...cuts, bytes.length].map((end, index) => bytes.subarray(cuts[index - 1] ?? 0, end));
    const kept = keep(`bad: ${text}`, openaiChat.readBody({ body: pieces }, 'generate'));
    expect(findLeaks(kept, [text]), `seed ${seed}`).toEqual([]);
  }
});

describe('what stays', () => {
  const prompt = 'My neighbour Agathe wants the vineyard';
  const tool = 'mcp__garden__water_the_vineyard_now';
  const model = 'acme/model-of-a-very-long-name';
  it.each([
    [
      'words of the provider',
      'The upstream is overloaded, try later',
      'The upstream is overloaded, try later',
    ],
    ['23 characters', 'bad: My neighbour Agathe wan', 'bad: My neighbour Agathe wan'],
    ['what stands around a quotation', `Invalid "${prompt}" (code 7)`, `Invalid "${yourText}" (code 7)`],
    ['the name of a tool', `Invalid schema for function '${tool}'`, `Invalid schema for function '${tool}'`],
    ['the id of the model', `The model ${model} does not exist`, `The model ${model} does not exist`],
    [
      'a field',
      'Unknown field max_tokens_of_the_whole_answer',
      'Unknown field max_tokens_of_the_whole_answer',
    ],
    [
      'the path to a field',
      'messages.0.content.1.tool_result is wrong',
      'messages.0.content.1.tool_result is wrong',
    ],
  ])('%s', (_name, said, expected) => {
    const tools = [{ type: 'function', function: { name: tool, parameters: { type: 'object' } } }];
    const more = {
      tools,
      tool_choice: { function: { name: tool } },
      max_tokens_of_the_whole_answer: 1,
      was: model,
    };
    expect(keep(said, chat(`${prompt} ${tool} ${model}`, more))).toBe(expected);
  });

  it.each(readCases().filter(({ protocol }) => protocol === undefined))(
    'what $provider is known to say ($case), for somebody who asks what it means',
    ({ text, response }) => {
      const { message } = readFacts({ provider: 'x', ...response, body: text });
      expect(keep(message, chat(`What does this mean? ${message} I am lost.`))).toBe(message);
    },
  );
});

it('a body that was not held leaves only what providers are known to say', () => {
  const upload = { length: 9, isSpent: true, sendTo: () => undefined };
  const said = 'Rate limit reached for gpt-9 of Agathe: my vineyard';
  expect(keep(said, chat(''), upload)).toBe(`Rate limit reached for ${yourText}`);
});

it('costs as much for each byte of a long request as of a short one', () => {
  const said = `bad: ${'she sells sea shells on the shore '.repeat(12)}`;
  const costs = [0.25e6, 4e6].map((length) => {
    const bodies = ['lorem ipsum dolor ', '\\', 'a', '你', said].map((unit) =>
      chat(unit.repeat(length / Buffer.byteLength(unit))),
    );
    const startedAt = process.cpuUsage().user;
    for (const body of bodies) keep(said, body);
    return (process.cpuUsage().user - startedAt) / length;
  });
  expect((costs[1] ?? 0) / (costs[0] ?? 1)).toBeLessThan(4);
});
