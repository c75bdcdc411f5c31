/**
 * What an Anthropic stream tells: content, the end, errors, what was delivered and where it stands.
 */

import { describe, expect, it } from 'vitest';
import type { EventVerdict, StreamWatch } from '../contract/watched-stream.ts';
import { MessagesWatch } from './watch.ts';

function watch(events: readonly object[]): StreamWatch {
  const one = new MessagesWatch({ choices: 1, keepsText: true });
  for (const event of events) one.push(JSON.stringify(event));
  return one;
}

const usage = { input_tokens: 7, cache_read_input_tokens: 3, output_tokens: 1 };
const start = { type: 'message_start', message: { id: 'msg_1', model: 'm', content: [], usage } };
const begin = (block: object, index = 0): object => ({
  type: 'content_block_start',
  index,
  content_block: block,
});
const delta = (value: object, index = 0): object => ({
  type: 'content_block_delta',
  index,
  delta: value,
});
const stop = (index = 0): object => ({ type: 'content_block_stop', index });
const finish = (reason: string): object => ({
  type: 'message_delta',
  delta: { stop_reason: reason },
  usage: { output_tokens: 12 },
});

describe('MessagesWatch', () => {
  it.each<[string, object, EventVerdict]>([
    ['the start of the message', start, 'silent'],
    ['an empty block of text', begin({ type: 'text', text: '' }), 'silent'],
    [
      'an empty block of reasoning',
      begin({ type: 'thinking', thinking: '', signature: '' }),
      'silent',
    ],
    ['reasoning that nobody can read', begin({ type: 'redacted_thinking', data: 'x' }), 'content'],
    [
      'the start of a tool call',
      begin({ type: 'tool_use', id: 't', name: 'f', input: {} }),
      'content',
    ],
    ['the start of a call of the server', begin({ type: 'server_tool_use', id: 't' }), 'content'],
    ['a block nobody knows', begin({ type: 'hologram' }), 'content'],
    ['text', delta({ type: 'text_delta', text: 'a' }), 'content'],
    ['no text', delta({ type: 'text_delta', text: '' }), 'silent'],
    ['reasoning', delta({ type: 'thinking_delta', thinking: 'a' }), 'content'],
    ['a signature', delta({ type: 'signature_delta', signature: 'a' }), 'silent'],
    ['a piece of input', delta({ type: 'input_json_delta', partial_json: '{' }), 'content'],
    ['the end of a block', stop(), 'silent'],
    ['a ping', { type: 'ping' }, 'ping'],
    ['an event nobody knows', { type: 'weather_report' }, 'silent'],
    ['a reason to end', finish('end_turn'), 'silent'],
    ['the marker', { type: 'message_stop' }, 'terminal'],
    [
      'an error',
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      'error',
    ],
    ['an error of a compatible server', { error: { message: 'no' } }, 'error'],
    ["an error in MiniMax's shape", { base_resp: { status_code: 1002 } }, 'error'],
  ])('%s', (_name, event, verdict) => {
    expect(watch([]).push(JSON.stringify(event))).toBe(verdict);
  });

  it.each(['{"type":"content_blo', '[]', 'null', ''])('%j is malformed', (data) => {
    expect(watch([start]).push(data)).toBe('malformed');
  });

  it.each(['refusal', 'max_tokens', 'model_context_window_exceeded', 'pause_turn'])(
    'keeps that %s explains an answer where nothing was said',
    (reason) => {
      expect(watch([start, finish(reason)]).finish).toMatchObject({
        kind: 'known',
        explainsEmpty: true,
      });
    },
  );

  it('is finished by a reason, and not by the beginning of the last event (law 17)', () => {
    const opened = { type: 'message_delta', delta: { stop_reason: null } };
    expect(watch([start, opened]).hasFinished).toBe(false);
    expect(watch([start, finish('end_turn')]).hasFinished).toBe(true);
  });

  it('counts what was read from a cache, and takes what is said later', () => {
    expect(watch([start]).usage).toEqual({ inputTokens: 10, outputTokens: 1, cachedTokens: 3 });
    expect(watch([start, finish('end_turn')]).usage).toMatchObject({
      inputTokens: 10,
      outputTokens: 12,
    });
  });

  it('keeps the text in order, the first event, and where the stream stands', () => {
    const events = [
      start,
      begin({ type: 'thinking', thinking: '' }),
      stop(),
      begin({ type: 'text', text: '' }, 1),
      delta({ type: 'text_delta', text: 'one ' }, 1),
      delta({ type: 'text_delta', text: 'two' }, 1),
    ];
    expect(watch(events).delivered()).toEqual({
      text: 'one two',
      textEvents: 2,
      obstacle: undefined,
      opening: start,
      usage,
      blocks: { open: { index: 1, type: 'text' }, next: 2 },
    });
    // Whatever breaks the answer now takes the end of the text back.
    expect(watch([...events, stop(1)]).delivered().blocks?.open).toEqual({
      index: 1,
      type: 'text',
    });
    const end = { type: 'message_delta', delta: { stop_reason: 'end_turn' } };
    for (const next of [begin({ type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }, 2), end])
      expect(watch([...events, stop(1), next]).delivered().blocks?.open?.index).not.toBe(1);
    const failing = { type: 'message_delta', delta: { stop_reason: 'error' } };
    const over = watch([...events, stop(1), failing, { type: 'message_stop' }]);
    expect(over.delivered().blocks?.open?.index).toBe(1);
  });

  it.each<[string, object, string | undefined]>([
    ['text', delta({ type: 'text_delta', text: 'a' }), undefined],
    ['reasoning', begin({ type: 'thinking', thinking: 'a' }), undefined],
    ['reasoning that nobody can read', begin({ type: 'redacted_thinking', data: 'x' }), undefined],
    ['a tool call', begin({ type: 'tool_use' }), 'a tool call'],
    ['a call of the server', begin({ type: 'server_tool_use' }), 'a tool call'],
    ['a block nobody knows', begin({ type: 'hologram' }), 'a block of the type hologram'],
    ['citations', delta({ type: 'citations_delta', citation: {} }), 'a text with citations'],
  ])('%s may stand in the way of a continuation', (_name, event, obstacle) => {
    expect(watch([event]).delivered().obstacle).toBe(obstacle);
  });
});
