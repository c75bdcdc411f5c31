/**
 * What tools are called with, and what they and answers must look like, crosses into every protocol
 * and back with each number as it was written.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Exact, findAll, readExact } from './exact-reader.ts';
import { travel } from './travel.ts';

const seed = 20261123;

/** Numbers that a double cannot hold, or that JavaScript writes otherwise, among others. */
const number = fc.oneof(
  fc.constantFrom(
    '12345678901234567890',
    '9007199254740993',
    '-9007199254740993',
    '1e400',
    '-1E-400',
    '1.0',
    '-0',
    '0.10',
  ),
  fc.constantFrom(
    '0',
    '7',
    '-12',
    '3.5',
    '1e2',
    '0.0000001',
    '123456789.123456789',
    '100000000000000000000000',
  ),
  fc.stringMatching(/^-?[1-9]\d{0,25}(\.\d{1,20})?([eE][+-]?\d{1,3})?$/),
);
const string = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom(
      '1e400',
      '{"a":1.0}',
      'a\\u00e9\\/"',
      '\u2028\u0000',
      '👩‍🌾',
      '12345678901234567890',
    ),
  )
  .map((text) => JSON.stringify(text));
/** A key that looks like a number would change its place in any object of JavaScript's. */
const key = fc.stringMatching(/^[a-z_][a-zé_0-9 ]{0,8}$/).map((name) => JSON.stringify(`k${name}`));
const gap = fc.constantFrom('', '', ' ', '\n  ');
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'json' },
    number,
    string,
    fc.constantFrom('true', 'false', 'null'),
    fc
      .tuple(fc.array(tie('value'), { maxLength: 3 }), gap)
      .map(([items, space]) => `[${space}${items.join(`,${space}`)}]`),
    members(tie('value')),
  ),
}));

function members(of: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(fc.uniqueArray(fc.tuple(key, of), { maxLength: 3, selector: ([name]) => name }), gap)
    .map(
      ([list, space]) =>
        `{${space}${list.map(([name, one]) => `${name}:${space}${one}`).join(`,${space}`)}}`,
    );
}

const object = members(value);
/** So many at once: each run of the engine carries many. */
const inputs = fc.sample(object, { numRuns: 170, seed });

interface Tongue {
  readonly path: string;
  /**
   * A request whose history holds these calls, and whose tools and format have these as their
   * constants.
   */
  readonly ask: (inputs: readonly string[]) => string;
  /** An answer that makes these calls. */
  readonly whole: (inputs: readonly string[]) => string;
  readonly stream: (inputs: readonly string[]) => string;
  /** The inputs of the calls in a body or in the events of a stream. */
  readonly calls: (told: Exact) => readonly Exact[];
}

/** Where a schema may hold any value: each protocol takes these words as they are. */
const schemaOf = (held: string) =>
  `{"type":"object","properties":{"a":{"const":${held}},"b":{"enum":[${held},1]}},"required":["a","b"],"additionalProperties":false}`;
/** An event stands on one line. */
const event = (data: string, name?: string) =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${data.replaceAll('\n', ' ')}\n\n`;
const quoted = (text: string) => JSON.stringify(text);
/** A text in pieces of a few characters. */
const pieces = (text: string) => text.match(/[\s\S]{1,5}/gu) ?? [];
const inner = (told: readonly Exact[]) => told.map((text) => readExact(String(text)));

const chat: Tongue = {
  path: '/v1/chat/completions',
  ask: (
    list,
  ) => `"messages":[{"role":"user","content":"go"},{"role":"assistant","content":null,"tool_calls":[${list
    .map(
      (one, index) =>
        `{"id":"call_${index}","type":"function","function":{"name":"f${index}","arguments":${quoted(one)}}}`,
    )
    .join(
      ',',
    )}]},${list.map((_, index) => `{"role":"tool","tool_call_id":"call_${index}","content":"done"}`).join(',')}],
    "temperature":1.0,"tools":[${list
      .map(
        (one, index) =>
          `{"type":"function","function":{"name":"f${index}","parameters":${schemaOf(one)}}}`,
      )
      .join(
        ',',
      )}],"response_format":{"type":"json_schema","json_schema":{"name":"x","schema":${schemaOf(list[0] ?? '1')}}}`,
  whole: (list) =>
    `{"choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"tool_calls":[${list
      .map(
        (one, index) =>
          `{"id":"call_${index}","type":"function","function":{"name":"f${index}","arguments":${quoted(one)}}}`,
      )
      .join(',')}]}}]}`,
  stream: (list) =>
    list
      .flatMap((one, index) => [
        event(
          `{"choices":[{"index":0,"delta":{"tool_calls":[{"index":${index},"id":"call_${index}","type":"function","function":{"name":"f${index}","arguments":""}}]}}]}`,
        ),
        ...pieces(one).map((piece) =>
          event(
            `{"choices":[{"index":0,"delta":{"tool_calls":[{"index":${index},"function":{"arguments":${quoted(piece)}}}]}}]}`,
          ),
        ),
      ])
      .join('') +
    event('{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}') +
    event('[DONE]'),
  calls: (told) => inner(joinPieces(findAll(told, 'tool_calls').flat(), 'index', 'arguments')),
};

const responses: Tongue = {
  path: '/v1/responses',
  ask: (list) => `"input":[{"role":"user","content":"go"},${list
    .map(
      (one, index) =>
        `{"type":"function_call","call_id":"call_${index}","name":"f${index}","arguments":${quoted(one)}}`,
    )
    .join(
      ',',
    )},${list.map((_, index) => `{"type":"function_call_output","call_id":"call_${index}","output":"done"}`).join(',')}],
    "temperature":1.0,"tools":[${list
      .map((one, index) => `{"type":"function","name":"f${index}","parameters":${schemaOf(one)}}`)
      .join(
        ',',
      )}],"text":{"format":{"type":"json_schema","name":"x","schema":${schemaOf(list[0] ?? '1')}}}`,
  whole: (list) =>
    `{"id":"resp_1","object":"response","status":"completed","output":[${list
      .map(
        (one, index) =>
          `{"type":"function_call","id":"fc_${index}","call_id":"call_${index}","name":"f${index}","arguments":${quoted(one)}}`,
      )
      .join(',')}]}`,
  stream: (list) =>
    list
      .flatMap((one, index) => [
        event(
          `{"type":"response.output_item.added","output_index":${index},"item":{"type":"function_call","id":"fc_${index}","call_id":"call_${index}","name":"f${index}","arguments":""}}`,
        ),
        ...pieces(one).map((piece) =>
          event(
            `{"type":"response.function_call_arguments.delta","output_index":${index},"item_id":"fc_${index}","delta":${quoted(piece)}}`,
          ),
        ),
        event(
          `{"type":"response.output_item.done","output_index":${index},"item":{"type":"function_call","id":"fc_${index}","call_id":"call_${index}","name":"f${index}","arguments":${quoted(one)}}}`,
        ),
      ])
      .join('') +
    event('{"type":"response.completed","response":{"status":"completed","output":[]}}'),
  calls: (told) => {
    const ends = Array.isArray(told)
      ? told.filter((one) => findAll(one, 'type')[0] === 'response.completed')
      : [told];
    return inner(ends.flatMap((one) => findAll(one, 'arguments')));
  },
};

const messages: Tongue = {
  path: '/v1/messages',
  ask: (
    list,
  ) => `"max_tokens":1000,"messages":[{"role":"user","content":"go"},{"role":"assistant","content":[${list
    .map(
      (one, index) => `{"type":"tool_use","id":"call_${index}","name":"f${index}","input":${one}}`,
    )
    .join(',')}]},{"role":"user","content":[${list
    .map((_, index) => `{"type":"tool_result","tool_use_id":"call_${index}","content":"done"}`)
    .join(',')}]}],
    "temperature":1.0,"tools":[${list.map((one, index) => `{"name":"f${index}","input_schema":${schemaOf(one)}}`).join(',')}],
    "output_config":{"format":{"type":"json_schema","schema":${schemaOf(list[0] ?? '1')}}}`,
  whole: (list) =>
    `{"id":"msg_1","type":"message","role":"assistant","model":"m","stop_reason":"tool_use","content":[${list
      .map(
        (one, index) =>
          `{"type":"tool_use","id":"call_${index}","name":"f${index}","input":${one}}`,
      )
      .join(',')}],"usage":{"input_tokens":1,"output_tokens":1}}`,
  stream: (list) =>
    event(
      '{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"m"}}',
      'message_start',
    ) +
    list
      .flatMap((one, index) => [
        // Some servers tell the input in one piece.
        event(
          `{"type":"content_block_start","index":${index},"content_block":{"type":"tool_use","id":"call_${index}","name":"f${index}","input":${index % 2 === 0 ? '{}' : one}}}`,
        ),
        ...(index % 2 === 0 ? pieces(one) : []).map((piece) =>
          event(
            `{"type":"content_block_delta","index":${index},"delta":{"type":"input_json_delta","partial_json":${quoted(piece)}}}`,
          ),
        ),
        event(`{"type":"content_block_stop","index":${index}}`),
      ])
      .join('') +
    event(
      '{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":1}}',
    ) +
    event('{"type":"message_stop"}'),
  calls: (told) => {
    if (!Array.isArray(told)) return findAll(told, 'input');
    const told_ = told.filter((one) => findAll(one, 'partial_json').length > 0);
    return inner(joinPieces(told_, 'index', 'partial_json'));
  },
};

const google: Tongue = {
  path: '/v1beta/models/main:generateContent',
  ask: (list) =>
    `"contents":[{"role":"user","parts":[{"text":"go"}]},{"role":"model","parts":[${list
      .map(
        (one, index) => `{"functionCall":{"id":"call_${index}","name":"f${index}","args":${one}}}`,
      )
      .join(',')}]},{"role":"user","parts":[${list
      .map(
        (_, index) =>
          `{"functionResponse":{"id":"call_${index}","name":"f${index}","response":{"output":"done"}}}`,
      )
      .join(',')}]}],"tools":[{"functionDeclarations":[${list
      .map((one, index) => `{"name":"f${index}","parametersJsonSchema":${schemaOf(one)}}`)
      .join(
        ',',
      )}]}],"generationConfig":{"temperature":1.0,"responseMimeType":"application/json","responseJsonSchema":${schemaOf(list[0] ?? '1')}}`,
  whole: (list) =>
    `{"candidates":[{"index":0,"finishReason":"STOP","content":{"role":"model","parts":[${list
      .map(
        (one, index) => `{"functionCall":{"id":"call_${index}","name":"f${index}","args":${one}}}`,
      )
      .join(',')}]}}]}`,
  stream: (list) =>
    list
      .map((one, index) =>
        event(
          `{"candidates":[{"index":0,"content":{"role":"model","parts":[{"functionCall":{"id":"call_${index}","name":"f${index}","args":${one}}}]}}]}`,
        ),
      )
      .join('') +
    event(
      '{"candidates":[{"index":0,"finishReason":"STOP","content":{"role":"model","parts":[]}}]}',
    ),
  calls: (told) => findAll(told, 'args'),
};

/** Pieces of texts, put together by their numbers. */
function joinPieces(list: readonly Exact[], number: string, text: string): readonly string[] {
  const joined = new Map<string, string>();
  for (const [at, one] of list.entries()) {
    const index = JSON.stringify(findAll(one, number)[0] ?? at);
    joined.set(index, (joined.get(index) ?? '') + findAll(one, text).map(String).join(''));
  }
  return [...joined.values()];
}

const tongues = {
  'openai-chat': chat,
  'openai-responses': responses,
  'anthropic-messages': messages,
  'google-generate-content': google,
};
const directions = Object.entries(tongues).flatMap(([from, client]) =>
  Object.entries(tongues).flatMap(([to, target]) =>
    from === to ? [] : [{ from, to, client, target }],
  ),
);

/** JSON as it stands in this text, for a request to be written with. */
function written(fields: string): object {
  return JSON.parse(`{${fields}}`, (_key, one, held?: { source?: string }) =>
    typeof one === 'number' && held?.source !== undefined ? JSON.rawJSON(held.source) : one,
  );
}

const wanted: unknown[] = inputs.map(readExact);

describe.each(directions)('from $from to $to', ({ from, to, client, target }) => {
  it('an earlier call, a tool and the format of the answer are asked for as they were written', async () => {
    const { sent } = await travel({ path: client.path, body: written(client.ask(inputs)) }, [to]);
    const [{ body } = { body: '' }] = sent;
    const read = readExact(body);
    expect(target.calls(withoutTools(read)), `seed ${seed}`).toEqual(wanted);
    const held: readonly unknown[] = findAll(read, 'enum').map((list) =>
      Array.isArray(list) ? list[0] : list,
    );
    const constants: readonly unknown[] = findAll(read, 'const');
    expect(constants).toEqual(expect.arrayContaining(wanted));
    expect(held).toEqual(expect.arrayContaining(wanted));
    expect(body).toMatch(/"temperature":1[,}]/);
  });

  it.each(['whole', 'stream'] as const)(
    'the calls of a %s answer are told as they were written',
    async (way) => {
      const body = written(`${client.ask(['{}'])}`);
      const answer = target[way](inputs);
      const { text: told } = await travel(
        { path: client.path, body, ...(way === 'whole' ? { answer } : { stream: answer }) },
        [to],
      );
      const lines = told.split('\n').filter((line) => line.startsWith('data: {'));
      const events = lines.map((line) => readExact(line.slice(6)));
      expect(
        client.calls(way === 'whole' ? readExact(told) : events),
        `${from}, seed ${seed}`,
      ).toEqual(wanted);
    },
  );
});

describe.each(Object.entries(tongues))(
  'a whole answer of %s to a request for a stream',
  (to, target) => {
    it.each(Object.entries(tongues))(
      'tells its calls to %s as they were written',
      async (_, client) => {
        const answer = target.whole(inputs);
        const trip = { path: client.path, body: written(`${client.ask(['{}'])}`), answer };
        const { text: told } = await travel({ ...trip, isStreamed: true }, [to]);
        const lines = told.split('\n').filter((line) => line.startsWith('data: {'));
        const events = lines.map((line) => readExact(line.slice(6)));
        expect(client.calls(events), `seed ${seed}`).toEqual(wanted);
      },
    );
  },
);

/** A body without its tools, which hold words of the same names. */
function withoutTools(body: Exact): Exact {
  if (body === null || typeof body !== 'object' || !('members' in body)) return body;
  return {
    members: body.members.filter(
      ([name]) => !['tools', 'text', 'output_config', 'generationConfig'].includes(name),
    ),
  };
}
