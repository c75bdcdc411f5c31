/**
 * What the events of `openai-responses` mean, one by one: content, silence, errors, the end (laws
 * 16 and 17).
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeText } from '../body/json-body.ts';
import type { StreamWatch } from '../contract/watched-stream.ts';
import { openaiResponses } from './protocol.ts';
import { ResponsesWatch } from './watch.ts';

function watching(events: readonly object[] = []): StreamWatch {
  const watch = new ResponsesWatch({ choices: 1, keepsText: true });
  for (const event of events) watch.push(JSON.stringify(event));
  return watch;
}

const at = { output_index: 0, item_id: 'msg_1' };
const message = { id: 'msg_1', type: 'message', role: 'assistant', content: [] };
const part = { type: 'output_text', text: '', annotations: [] };
const opening = [
  {
    type: 'response.created',
    sequence_number: 0,
    response: { id: 'resp_1', instructions: 'long', model: 'm' },
  },
  { type: 'response.output_item.added', sequence_number: 1, output_index: 0, item: message },
  { type: 'response.content_part.added', sequence_number: 2, ...at, content_index: 0, part },
];

const emptyDone = { type: 'response.output_item.done', output_index: 0, item: message };
const done = { ...emptyDone, item: { ...message, content: [{ ...part, text: 'a' }] } };

function text(delta: string): object {
  return { type: 'response.output_text.delta', ...at, content_index: 0, delta };
}

function added(type: string): object {
  return { type: 'response.output_item.added', output_index: 0, item: { id: 'x', type } };
}

describe('an event', () => {
  it.each<[string, object, string]>([
    [
      'the beginning',
      { type: 'response.created', response: { status: 'in_progress', error: null } },
      'silent',
    ],
    ['progress', { type: 'response.in_progress', response: {} }, 'silent'],
    ['a place in the queue', { type: 'response.queued', response: {} }, 'silent'],
    ['a new message', added('message'), 'silent'],
    ['new reasoning', added('reasoning'), 'silent'],
    ['a list of tools', added('mcp_list_tools'), 'silent'],
    [
      'a new text',
      { type: 'response.content_part.added', part: { type: 'output_text', text: '' } },
      'silent',
    ],
    ['a text', text('a'), 'content'],
    ['an empty text', text(''), 'silent'],
    ['a refusal', { type: 'response.refusal.delta', delta: 'no' }, 'content'],
    ['a thought', { type: 'response.reasoning_text.delta', delta: 'hm' }, 'content'],
    ['a summary', { type: 'response.reasoning_summary_text.delta', delta: 'hm' }, 'content'],
    ['sound', { type: 'response.audio.delta', delta: 'UklG' }, 'content'],
    ['the start of a function call', added('function_call'), 'content'],
    ['the start of a custom call', added('custom_tool_call'), 'content'],
    ['the start of a search', added('web_search_call'), 'content'],
    [
      'the input of a call',
      { type: 'response.function_call_arguments.delta', delta: '{' },
      'content',
    ],
    [
      'the input of a custom call',
      { type: 'response.custom_tool_call_input.delta', delta: 'ls' },
      'content',
    ],
    ['a piece of an image', { type: 'response.image_generation_call.partial_image' }, 'content'],
    [
      'a message told only when it is whole',
      {
        type: 'response.output_item.done',
        item: { ...message, content: [{ ...part, text: 'all of it' }] },
      },
      'content',
    ],
    [
      'reasoning that is only encrypted',
      {
        type: 'response.output_item.done',
        item: { type: 'reasoning', summary: [], encrypted_content: 'g' },
      },
      'silent',
    ],
    ['an event nobody knows yet', { type: 'response.new_thing', x: 1 }, 'silent'],
    ['the end', { type: 'response.completed', response: { status: 'completed' } }, 'terminal'],
    [
      'the end at a limit',
      { type: 'response.incomplete', response: { status: 'incomplete' } },
      'terminal',
    ],
    [
      'a failure',
      { type: 'response.failed', response: { error: { code: 'x', message: 'y' } } },
      'error',
    ],
    ['an error, flat', { type: 'error', code: 'server_error', message: 'x' }, 'error'],
    ['an error, nested', { type: 'error', error: { code: 'rate_limit_exceeded' } }, 'error'],
    ['an error of a proxy', { error: { message: 'x' } }, 'error'],
    ['an invalid end', { type: 'response.completed', response: { status: 'failed' } }, 'error'],
    [
      'an object of another protocol',
      { object: 'chat.completion.chunk', choices: [{}] },
      'malformed',
    ],
    ['an object of no content', { object: 'chat.completion.chunk', choices: [] }, 'silent'],
  ])('%s', (_name, event, verdict) => {
    expect(watching().push(JSON.stringify(event))).toBe(verdict);
  });

  it.each(['[DONE]', '{', '[1]', '"text"', ''])('that is no JSON object is dropped: %s', (data) => {
    expect(watching().push(data)).toBe('malformed');
  });
});

describe('ResponsesWatch', () => {
  it('is finished with the last event and not before', () => {
    const watch = watching([
      ...opening,
      text('all'),
      { type: 'response.output_item.done', output_index: 0, item: message },
    ]);
    expect(watch.hasFinished).toBe(false);
    const usage = { input_tokens: 3, output_tokens: 4 };
    watch.push(JSON.stringify({ type: 'response.completed', response: { output: [], usage } }));
    expect([watch.hasFinished, watch.usage]).toEqual([true, { inputTokens: 3, outputTokens: 4 }]);
  });

  it('takes an answer for filled that only its last event tells', () => {
    const output = [{ ...message, content: [{ ...part, text: 'all' }] }];
    expect(watching([{ type: 'response.completed', response: { output } }]).hasContent).toBe(true);
    expect(
      watching([{ type: 'response.completed', response: { output: [message] } }]).hasContent,
    ).toBe(false);
  });

  it('keeps what a continuation needs, and nothing of the size of the request', () => {
    const {
      opening: head,
      text: told,
      place,
    } = watching([...opening, text('one '), text('two')]).delivered();
    expect(head).toEqual({ id: 'resp_1', model: 'm' });
    expect(told).toBe('one two');
    const parts = place?.open?.parts.map((kept) => ({ ...kept, text: kept.text.whole() }));
    expect({ ...place, open: { ...place?.open, parts } }).toEqual({
      sequence: 2,
      whole: [],
      open: {
        outputIndex: 0,
        item: message,
        parts: [{ index: 0, part, text: 'one two', isDone: false }],
      },
    });
  });

  it('knows the text whatever pieces it comes in', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 })), (pieces) => {
        const { text: told, textEvents } = watching([...opening, ...pieces.map(text)]).delivered();
        expect([told, textEvents]).toEqual([pieces.join(''), pieces.length]);
      }),
    );
  });

  it.each<[string, object, string | undefined]>([
    ['text', text('a'), undefined],
    ['reasoning', { type: 'response.reasoning_summary_text.delta', delta: 'a' }, undefined],
    ['a call', added('function_call'), 'a tool call'],
    ['a refusal', { type: 'response.refusal.delta', delta: 'a' }, 'a refusal'],
    ['a citation', { type: 'response.output_text.annotation.added', annotation: {} }, 'a citation'],
    ['sound', { type: 'response.audio.delta', delta: 'a' }, 'audio'],
    ['probabilities', { ...text('a'), logprobs: [{ token: 'a' }] }, 'log probabilities'],
    [
      'a second text',
      { type: 'response.content_part.added', content_index: 1, part },
      'several texts',
    ],
    ['a second message', { ...added('message'), output_index: 1 }, 'several items at once'],
  ])('%s: %j', (_name, event, obstacle) => {
    expect(watching([...opening, event]).delivered().obstacle).toBe(obstacle);
  });

  it.each<[string, readonly object[], string]>([
    ['never began', [{ ...text('a'), item_id: 'm' }, text('b')], 'ab'],
    ['had ended', [...opening, text('a'), done, text('b')], 'ab'],
    ['begins late', [text('a'), ...opening, text('b')], 'ab'],
  ])('knows the text of an item that %s', (_name, events, told) => {
    const { text: heard, textEvents, obstacle } = watching(events).delivered();
    expect([heard, textEvents, obstacle]).toEqual([told, 2, undefined]);
  });

  it('does not go on after a second message', () => {
    const second = { ...added('message'), output_index: 1 };
    expect(watching([...opening, emptyDone, second]).delivered().obstacle).toBe('several messages');
  });
});

describe('a whole answer', () => {
  const filled = { ...message, content: [{ ...part, text: 'x' }] };
  it.each<[string, object, object]>([
    ['an answer', { status: 'completed', output: [filled] }, { kind: 'answer', isEmpty: false }],
    ['an empty one', { status: 'completed', output: [message] }, { kind: 'answer', isEmpty: true }],
    [
      'a call',
      { status: 'completed', output: [{ type: 'function_call' }] },
      { kind: 'answer', isEmpty: false },
    ],
    [
      'an end at a limit',
      { status: 'incomplete', output: [] },
      { finish: { explainsEmpty: true } },
    ],
    [
      'one that goes on by itself',
      { status: 'queued', output: [] },
      { finish: { explainsEmpty: true } },
    ],
    [
      'a failure',
      { status: 'failed', output: [], error: { code: 'server_error' } },
      { kind: 'error' },
    ],
    ['an error', { error: { message: 'x' } }, { kind: 'error' }],
    [
      'something else',
      { choices: [] },
      { kind: 'malformed', detail: 'a JSON body without "output"' },
    ],
  ])('%s', (_name, body, verdict) => {
    expect(judgeText(JSON.stringify(body), openaiResponses, 'generate')).toMatchObject(verdict);
  });

  it.each([
    ['<html>', 'an HTML page'],
    ['', 'an empty body'],
    ['{"output":[', 'a body that is not one JSON object'],
  ])('%j is malformed', (text_, detail) => {
    expect(judgeText(text_, openaiResponses, 'generate')).toEqual({ kind: 'malformed', detail });
  });
});
