/**
 * Answers that look well and are not, or look broken and are well, over real sockets: what the
 * caller gets, and what it is taken for.
 */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, textOf } from './harness.ts';
import type { OddServer } from './odd-server.ts';
import { chat, errorOf, OddStage, piecesOf, spoken, streams, whole } from './odd-stage.ts';
import { anthropicMessages, endsWhole, openaiChat, translatedPairs } from './protocol-cases.ts';

let stage: OddStage;
beforeEach(async () => {
  stage = await OddStage.open();
});
afterEach(() => stage.close());

const nothing = Buffer.alloc(0);

function answers(server: OddServer, body: string, status = '200 OK'): void {
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  server.answer = { writes: [Buffer.from(head + body)], ending: 'end', isHasty: false };
}

describe.each(spoken)('a stream of %s', (_name, tongue, pieces) => {
  const [head = '', ...rest] = whole(pieces);

  it('begins with a byte order mark: nothing of its first event is lost', async () => {
    const [one = '', ...more] =
      pieces === chat ? [...chat.text, ...chat.closing, ...chat.marker] : [head, ...rest];
    streams(stage.first, `\uFEFF${one}`, ...more);
    const answer = await stage.stream(tongue);
    expect([textOf(answer, tongue), stage.classes()]).toEqual(['all is well', [undefined]]);
  });

  it.each(['Text/Event-Stream; Charset=UTF-8', 'text/plain', 'application/json', ''])(
    'is one whatever type its server gives it: %s',
    async (type) => {
      streams(stage.first, ...whole(pieces));
      const [sent = nothing, ...events] = stage.first.answer.writes;
      const typed = sent.toString().replace('text/event-stream', type);
      stage.first.answer = {
        ...stage.first.answer,
        writes: [Buffer.from(typed), ...events],
      };
      const answer = await stage.stream(tongue);
      expect([textOf(answer, tongue), stage.classes()]).toEqual(['all is well', [undefined]]);
      expect(answer.headers['content-type']).toContain('text/event-stream');
    },
  );

  it.each([
    [
      'in JSON of its own',
      'event: error\ndata: {"message":"overloaded, come back","code":503}',
      'overloaded',
    ],
    ['in words', 'event: error\ndata: upstream went away', 'stream-cut'],
    [
      'between the events',
      '{"error":{"message":"The engine is currently overloaded","type":"engine_overloaded_error"}}',
      'overloaded',
    ],
  ])(
    'an error %s is seen before the first content, and none of it is told',
    async (_form, event, found) => {
      streams(stage.first, head, event);
      streams(stage.second, ...whole(pieces));
      const answer = await stage.stream(tongue);
      expect([textOf(answer, tongue), endsWhole(answer.text, tongue)]).toEqual([
        'all is well',
        true,
      ]);
      expect(stage.classes()?.[0]).toBe(found);
      expect(answer.text).not.toMatch(/overloaded|went away/);
    },
  );

  it('breaks off with an error where an event of a tool call is damaged', async () => {
    streams(
      stage.first,
      ...pieces.opening,
      pieces.call[0],
      pieces.damaged,
      pieces.call[1],
      ...pieces.closing,
      ...pieces.marker,
    );
    const answer = await stage.stream(tongue);
    expect(endsWhole(answer.text, tongue)).toBe(false);
    expect(errorOf(answer, tongue)).toContain('in the middle of a tool call');
    expect(stage.classes()).toEqual(['malformed']);
  });

  it('goes on where noise stands beside a tool call', async () => {
    streams(
      stage.first,
      ...pieces.opening,
      pieces.call[0],
      'data: still here',
      ...pieces.call.slice(1),
      ...pieces.closing,
      ...pieces.marker,
    );
    const answer = await stage.stream(tongue);
    expect([endsWhole(answer.text, tongue), stage.classes()]).toEqual([true, [undefined]]);
  });
});

/** In `openai-responses` its end is its finish reason. */
describe.each(spoken.filter(([, { hasFinishReason }]) => hasFinishReason))(
  'a stream of %s',
  (_name, tongue, pieces) => {
    it('is whole where an error comes after its finish reason', async () => {
      streams(
        stage.first,
        ...pieces.opening,
        ...pieces.text,
        ...pieces.closing,
        'data: {"error":{"message":"no usage today"}}',
      );
      const answer = await stage.stream(tongue);
      expect([textOf(answer, tongue), stage.classes()]).toEqual(['all is well', [undefined]]);
      expect(endsWhole(answer.text, tongue)).toBe(true);
      expect(stage.runtime?.records().at(-1)?.notes?.join()).toContain('no usage today');
    });
  },
);

describe.each(translatedPairs)('%s', (_name, { asked, spoken: target }) => {
  it('half a tool call is none, where one of its events is damaged', async () => {
    const pieces = piecesOf(target);
    streams(
      stage.first,
      ...pieces.opening,
      pieces.call[0],
      pieces.damaged,
      pieces.call[1],
      ...pieces.closing,
      ...pieces.marker,
    );
    streams(stage.second, ...whole(pieces));
    const answer = await stage.stream(target, asked);
    const isClean = errorOf(answer, asked)?.includes('in the middle of a tool call') ?? false;
    expect(isClean || textOf(answer, asked) === 'all is well').toBe(true);
    expect(answer.text).not.toContain('\\"}"');
  });
});

describe('an answer with an "error" that says nothing', () => {
  it.each(['""', 'false', '{}', '[]', '0', 'null'])('is an answer: %s', async (nothing) => {
    const choices =
      '[{"index":0,"message":{"role":"assistant","content":"fine"},"finish_reason":"stop"}]';
    answers(stage.first, `{"id":"x","error":${nothing},"choices":${choices}}`);
    const answer = await ask(stage.start(openaiChat));
    expect([answer.text.includes('fine'), stage.classes()]).toEqual([true, [undefined]]);
  });
});

describe('a byte order mark before JSON', () => {
  const choices =
    '[{"index":0,"message":{"role":"assistant","content":"fine"},"finish_reason":"stop"}]';

  it.each([openaiChat, anthropicMessages])('is none of an answer ($protocol)', async (asked) => {
    answers(stage.first, `\uFEFF{"id":"x","choices":${choices}}`);
    const answer = await ask(stage.start(openaiChat), {}, { tongue: asked });
    expect([answer.text.includes('fine'), stage.classes()]).toEqual([true, [undefined]]);
  });

  it('is none of an error', async () => {
    answers(stage.first, '\uFEFF{"error":{"code":"insufficient_quota"}}', '403 Forbidden');
    answers(stage.second, `{"id":"x","choices":${choices}}`);
    await ask(stage.start(openaiChat));
    expect(stage.classes()).toEqual(['billing', undefined]);
  });
});
