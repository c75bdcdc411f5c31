/**
 * Streams with a hole in them, or begun anew, over real sockets: the caller gets the whole answer
 * or one clean error (laws 16 and 17).
 */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { textOf } from './harness.ts';
import { errorOf, messages, OddStage, piecesOf, spoken, streams, whole } from './odd-stage.ts';
import {
  anthropicMessages,
  endsWhole,
  googleGenerateContent,
  openaiChat,
  openaiResponses,
} from './protocol-cases.ts';

let stage: OddStage;
beforeEach(async () => {
  stage = await OddStage.open();
});
afterEach(() => stage.close());

describe.each(spoken)('a stream of %s', (_name, tongue, pieces) => {
  it('is no whole answer with a hole in it: the next target tells what a damaged event held', async () => {
    const [one = '', two = ''] = pieces.text;
    const broken = two.slice(0, -30);
    streams(stage.first, ...pieces.opening, one, broken, one, ...pieces.closing, ...pieces.marker);
    streams(stage.second, ...pieces.opening, two, ...pieces.closing, ...pieces.marker);
    const answer = await stage.stream(tongue);
    expect([textOf(answer, tongue), endsWhole(answer.text, tongue)]).toEqual(['all is well', true]);
    expect(stage.classes()).toEqual(['malformed', undefined]);
  });

  it('that goes on with the answer begun anew in other words is not told twice: one clean error', async () => {
    const [one = ''] = pieces.text;
    const told = 'The capital of France is Par';
    streams(stage.first, ...pieces.opening, one.replace('all is', told));
    const anew = one.replace('all is', 'Paris is the capital of France.');
    streams(stage.second, ...pieces.opening, anew, ...pieces.closing, ...pieces.marker);
    const answer = await stage.stream(tongue);
    expect([textOf(answer, tongue), endsWhole(answer.text, tongue)]).toEqual([told, false]);
    expect(errorOf(answer, tongue)).toContain('began the answer anew');
  });

  it('is whole where its first event is damaged: another tells it from the beginning', async () => {
    const [one = ''] = pieces.text;
    streams(
      stage.first,
      ...pieces.opening,
      one.slice(0, -30),
      ...pieces.text.slice(1),
      ...pieces.closing,
      ...pieces.marker,
    );
    streams(stage.second, ...whole(pieces));
    const answer = await stage.stream(tongue);
    expect([textOf(answer, tongue), stage.classes()]).toEqual([
      'all is well',
      ['malformed', undefined],
    ]);
  });

  it('goes on where noise stands between its events, with a note', async () => {
    const [one = '', two = ''] = pieces.text;
    streams(
      stage.first,
      ...pieces.opening,
      one,
      'data: [PING]',
      two,
      ...pieces.closing,
      ...pieces.marker,
    );
    const answer = await stage.stream(tongue);
    expect([textOf(answer, tongue), stage.classes()]).toEqual(['all is well', [undefined]]);
    expect(stage.runtime?.records().at(-1)?.notes).toEqual(['1 malformed event(s) dropped']);
  });
});

/** In `openai-responses` its end is its finish reason. */
describe.each(spoken.filter(([, { hasFinishReason }]) => hasFinishReason))(
  'a stream of %s',
  (_name, tongue, pieces) => {
    it('is not whole at its marker, where the finish reason is missing', async () => {
      const [one = '', two = ''] = pieces.text;
      streams(stage.first, ...pieces.opening, one, ...pieces.marker);
      streams(stage.second, ...pieces.opening, two, ...pieces.closing, ...pieces.marker);
      const answer = await stage.stream(tongue);
      expect([textOf(answer, tongue), endsWhole(answer.text, tongue)]).toEqual([
        'all is well',
        true,
      ]);
      expect(stage.classes()?.[0]).toBe('stream-cut');
    });

    it('is whole where an event behind its finish reason is damaged', async () => {
      streams(
        stage.first,
        ...pieces.opening,
        ...pieces.text,
        ...pieces.closing,
        'data: {"usage":{"prompt',
        ...pieces.marker,
      );
      const answer = await stage.stream(tongue);
      expect([textOf(answer, tongue), stage.classes()]).toEqual(['all is well', [undefined]]);
    });
  },
);

/** An event in which `from` stands, with `to` in its place. */
function changed(event: string, from: string, to: string): string {
  expect(event).toContain(from);
  return event.replace(from, to);
}

describe('a stream that is translated', () => {
  it.each([
    ['names another role', openaiChat, '"delta":{', '"delta":{"role":"model",'],
    ['counts in words', openaiChat, '"model":"m"', '"model":"m","usage":{"prompt_tokens":"3"}'],
    ['has no index', anthropicMessages, '"index":0,', ''],
    ['has no item', openaiResponses, '"item_id":"msg",', ''],
  ])('is told whole where an event %s', async (_name, target, from, to) => {
    const { opening, text, closing, marker } = piecesOf(target);
    const [one = '', two = ''] = text;
    streams(stage.first, ...opening, one, changed(two, from, to), ...closing, ...marker);
    const asked = target === openaiChat ? anthropicMessages : openaiChat;
    const answer = await stage.stream(target, asked);
    expect([textOf(answer, asked), endsWhole(answer.text, asked)]).toEqual(['all is well', true]);
    expect(stage.classes()).toEqual([undefined]);
  });

  it.each([
    ['relayed', googleGenerateContent],
    ['translated', openaiChat],
  ])('is told whole, text behind its finish reason too, %s', async (_way, asked) => {
    const { text, closing } = piecesOf(googleGenerateContent);
    streams(stage.first, ...closing, ...text);
    const answer = await stage.stream(googleGenerateContent, asked);
    expect([textOf(answer, asked), endsWhole(answer.text, asked)]).toEqual(['all is well', true]);
    expect(stage.classes()).toEqual([undefined]);
  });

  it('goes on where an event is of a kind that nobody knows', async () => {
    const { opening, text, closing, marker } = messages;
    streams(
      stage.first,
      ...opening,
      ...text,
      'data: {"type":"content_block_hint"}',
      ...closing,
      ...marker,
    );
    const answer = await stage.stream(anthropicMessages, openaiChat);
    expect([textOf(answer, openaiChat), stage.classes()]).toEqual(['all is well', [undefined]]);
  });
});
