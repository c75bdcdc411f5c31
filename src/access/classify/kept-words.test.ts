/**
 * What is kept of a provider's words holds nothing of the request, however it is quoted, and still
 * says what was wrong (law 2).
 */

import { describe, expect, it } from 'vitest';
import { readCases } from '../../../scripts/lib/failure-corpus.ts';
import { refused, stageEngine } from '../../../test/fakes/engine-stage.ts';
import {
  findLeaks,
  privateConversation,
  privateText,
  quotingSentence,
} from '../../../test/fakes/quoting-provider.ts';
import { requestIn, tongues } from '../../../test/integration/protocol-cases.ts';
import { Random } from '../../../test/simulation/random.ts';
import { createNodeFiles } from '../../host/node-files.ts';
import type { Upload } from '../../model/request.ts';
import { anthropicMessages } from '../../protocols/anthropic-messages/protocol.ts';
import type { ReadBody } from '../../protocols/contract/protocol.ts';
import { googleGenerateContent } from '../../protocols/google-generate-content/protocol.ts';
import { openaiChat } from '../../protocols/openai-chat/protocol.ts';
import { openaiResponses } from '../../protocols/openai-responses/protocol.ts';
import { readPassed } from '../../protocols/passed/read-passed.ts';
import { factsOfAnswer } from './classify.ts';
import { createFailure } from './kept-failure.ts';
import { keepFailure, keepMore, yourText } from './kept-words.ts';
import { openPhrases } from './phrases.ts';

const phrases = openPhrases(createNodeFiles());
const protocols = [openaiChat, openaiResponses, anthropicMessages, googleGenerateContent];
const named = { model: 'm', isStreamed: false };

const target = { model: 'acme/model-of-a-very-long-name' };
const answer = { status: 400, headers: {}, body: '' };
const refusal = { class: 'bad-request', evidence: { rule: 'r', kind: 'status' }, answer } as const;

function keep(message: string, body: ReadBody, upload?: Upload): string {
  return keepFailure(
    { ...refusal, message },
    { engine: { phrases }, body, request: { upload }, target },
  ).message;
}

/** As an attempt keeps it, and how often somebody else had a turn meanwhile. */
async function keepInTurns(
  message: string,
  body: ReadBody,
): Promise<{ kept: string; turns: number }> {
  const asked = { engine: { phrases }, body, request: { upload: undefined }, target };
  let turns = 0;
  const pause = async (): Promise<void> => {
    turns += 1;
  };
  const failure = keepFailure({ ...refusal, message }, asked);
  const { message: kept } = await keepMore(failure, asked, { answer: undefined, pause });
  return { kept, turns };
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
    const [tongue, protocol] = [
      tongues[at],
      protocols.find(({ name }) => name === tongues[at]?.protocol),
    ];
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
    const bytes = Buffer.from(
      JSON.stringify({ model: 'main', messages: [{ role: 'user', content: text }] }),
    );
    const cuts = Array.from({ length: 6 }, () => random.integer(0, bytes.length)).sort(
      (a, b) => a - b,
    );
    const pieces = [...cuts, bytes.length].map((end, index) =>
      bytes.subarray(cuts[index - 1] ?? 0, end),
    );
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
    [
      'what stands around a quotation',
      `Invalid "${prompt}" (code 7)`,
      `Invalid "${yourText}" (code 7)`,
    ],
    [
      'the name of a tool',
      `Invalid schema for function '${tool}'`,
      `Invalid schema for function '${tool}'`,
    ],
    [
      'the id of the model',
      `The model ${model} does not exist`,
      `The model ${model} does not exist`,
    ],
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

  it.each([
    ['http://192.168.1.20:8080/the/vineyard/of/agathe.png', `http://192.168.1.20:8080/${yourText}`],
    ['https://pictures.test/the/vineyard/of/agathe.png', yourText],
    ['http://pictures.test/the/vineyard/of/agathe.png', yourText],
    ['http://me:word@10.0.0.7/the/vineyard/of/agathe.png', yourText],
  ])('of a link only a server in the own network: %s', (link, kept) => {
    expect(keep(`Error while downloading ${link}`, chat(link))).toBe(
      `Error while downloading ${kept}`,
    );
  });

  it.each(readCases().filter(({ protocol }) => protocol === undefined))(
    'what $provider is known to say ($case), for somebody who asks what it means',
    ({ text, response }) => {
      const { message } = factsOfAnswer({ provider: 'x', ...response, body: text });
      expect(keep(message, chat(`What does this mean? ${message} I am lost.`))).toBe(message);
    },
  );
});

it('a body that was not held leaves only what providers are known to say', () => {
  const upload = { length: 9, isSpent: true, sendTo: () => undefined };
  const said = 'Rate limit reached for gpt-9 of Agathe: my vineyard';
  expect(keep(said, chat(''), upload)).toBe(`Rate limit reached for ${yourText}`);
});

it('code and message of a body that was not held stay where they are too short to share anything', () => {
  const upload = { length: 9, isSpent: true, sendTo: () => undefined };
  expect(keep('the file has no sound', chat(''), upload)).toBe('the file has no sound');
});

describe('a request of more than a megabyte', () => {
  const filler = 'lorem ipsum dolor sit amet. '.repeat(60_000);

  it('leaves the words that a short one leaves, and others have a turn at each megabyte', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const random = new Random(seed);
      const { texts } = privateConversation(random);
      const said = quotingSentence(random, texts);
      const place = random.integer(0, filler.length);
      const around = [filler.slice(0, place), filler.slice(place)];
      const { kept, turns } = await keepInTurns(said, chat(around.join(texts.join(' | '))));
      expect(kept, `seed ${seed}: ${said}`).toBe(keep(said, chat(texts.join(' | '))));
      expect(turns).toBe(1);
    }
    const long = chat('lorem ipsum '.repeat(700_000));
    expect(await keepInTurns('bad value: she sells sea shells on the shore', long)).toEqual({
      kept: 'bad value: she sells sea shells on the shore',
      turns: 8,
    });
  });

  it('leaves only what providers are known to say until it has been searched', () => {
    const said = 'Rate limit reached for gpt-9 of Agathe: my vineyard';
    expect(keep(said, chat(filler))).toBe(`Rate limit reached for ${yourText}`);
  });

  it('is not searched at all for a failure in words of our own', async () => {
    const body = chat(filler);
    const asked = { engine: { phrases }, body, request: { upload: undefined }, target };
    const own = createFailure('timeout', 'limit-idle', `one/m said: ${filler.slice(0, 40)}`);
    expect(await keepMore(own, asked, { answer: undefined, pause: () => Promise.reject() })).toBe(
      own,
    );
  });
});

it('an attempt keeps of a long request what may be kept of it', async () => {
  const one = {
    base_url: 'https://one.test/v1',
    protocol: 'openai-chat',
    api_key: 'sk-test-long-request',
  };
  const stage = stageEngine({ main: 'one/m', providers: { one } });
  const secret = 'My neighbour Agathe wants the vineyard';
  const body = { messages: [{ role: 'user', content: `${'lorem '.repeat(300_000)}${secret}` }] };
  stage.host.upstream.answerBy(() =>
    refused(400, { message: `The valley is too narrow for "${secret}"` }),
  );
  const { text } = await stage.ask({ body });
  expect(text).toContain(secret);
  const [attempt] = stage.lastRecord()?.attempts ?? [];
  expect(attempt?.failure?.message).toBe(`The valley is too narrow for "${yourText}"`);
  await stage.runtime.close();
});

it('costs as much for each byte of a long request as of a short one', async () => {
  const said = `bad: ${'she sells sea shells on the shore '.repeat(12)}`;
  const costs: number[] = [];
  for (const length of [0.25e6, 4e6]) {
    const units = [
      'lorem ipsum dolor ',
      '\\',
      'a',
      '你',
      said,
      said.slice(0, 23),
      `${said.slice(4, 12)}#`,
    ];
    const bodies = units.map((unit) => chat(unit.repeat(length / Buffer.byteLength(unit))));
    const startedAt = process.cpuUsage().user;
    for (const body of bodies) await keepInTurns(said, body);
    costs.push((process.cpuUsage().user - startedAt) / length);
  }
  expect((costs[1] ?? 0) / (costs[0] ?? 1)).toBeLessThan(4);
});

/** Where a server may put words of its answer, though its protocol has another place. */
const oddPlaces: readonly (readonly [string, string, (text: string) => object])[] = [
  ['openai-responses', 'outside of an item', (delta) => ({ ...textDelta, delta })],
  ['openai-responses', 'in the end of a text', (text) => ({ type: textDone, text })],
  ['openai-responses', 'in a type of its own', (delta) => ({ type: 'response.new', delta })],
  ['openai-responses', 'in a refusal', (delta) => ({ type: 'response.refusal.delta', delta })],
  ['openai-chat', 'in a message', (content) => ({ choices: [{ message: { content } }] })],
  ['openai-chat', 'in a text', (text) => ({ choices: [{ index: 0, text }] })],
  ['openai-chat', 'in a field of its own', (said) => ({ choices: [], said })],
  ['anthropic-messages', 'in a block that never began', (text) => ({ ...blockDelta(text) })],
  ['anthropic-messages', 'in a type of its own', (text) => ({ type: 'new', text })],
];
const textDelta = { type: 'response.output_text.delta', output_index: 0, content_index: 0 };
const textDone = 'response.output_text.done';
const blockDelta = (text: string): object => ({
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text },
});

function errorOf(protocol: string, message: string): object {
  if (protocol === 'openai-chat') return { error: { message, code: 'server_error' } };
  return protocol === 'anthropic-messages'
    ? { type: 'error', error: { type: 'overloaded_error', message } }
    : { type: 'response.failed', response: { status: 'failed', error: { message, code: 'x' } } };
}

const beginnings: Readonly<Record<string, readonly object[]>> = {
  'openai-responses': [{ ...textDelta, delta: 'Well, ' }],
  'openai-chat': [{ choices: [{ index: 0, delta: { content: 'Well, ' } }] }],
  'anthropic-messages': [
    { type: 'message_start', message: { usage: {} } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { ...blockDelta('Well, ') },
  ],
};

describe.each(['/v1/responses', '/v1/chat/completions', '/v1/messages'] as const)('%s', (path) => {
  const places = oddPlaces.flatMap((place) => [
    [...place, 'before content'] as const,
    [...place, 'after content'] as const,
  ]);
  it.each(places)('nothing is kept of an answer of %s %s', async (protocol, _, odd, when) => {
    const one = { base_url: 'http://one.test/v1', protocol, auth: 'none' };
    const stage = stageEngine({ main: 'one/m', providers: { one } });
    const text = privateText(new Random(7));
    const begun = when === 'after content' ? (beginnings[protocol] ?? []) : [];
    stage.host.upstream.answerBy(() => ({
      headers: { 'content-type': 'text/event-stream' },
      chunks: [...begun, odd(text), errorOf(protocol, `no: ${text}`)].map(
        (event) => `data: ${JSON.stringify(event)}\n\n`,
      ),
    }));
    await stage.ask({ path, body: { stream: true } });
    expect(findLeaks(JSON.stringify(stage.lastRecord()), [text])).toEqual([]);
  });
});
