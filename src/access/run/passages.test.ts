/**
 * What is passed through as it is: whom it may ask, what commits its answer, and how it ends when
 * the answer breaks (docs/passages.md).
 */

import { describe, expect, it } from 'vitest';
import { type EngineStage, refused, stageEngine } from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';

const server = (host: string, more: object = {}): object => ({
  base_url: `https://${host}.test/v1`,
  protocol: 'openai-chat',
  api_key: `sk-test-${host}`,
  ...more,
});

const config = {
  main: 'one/chat',
  fallback_chain: ['two/chat'],
  aliases: { voice: 'two/tts' },
  gateway: { unknown_model: 'main' },
  providers: {
    one: server('one'),
    two: server('two'),
    three: server('three', { models: { tts: { same_as: 'two/tts' } } }),
  },
};

const path = '/v1/audio/speech';
const sound = (...chunks: readonly string[]): UpstreamStep => ({
  headers: { 'content-type': 'audio/mpeg' },
  chunks,
});
const json = (text: string): UpstreamStep => ({
  headers: { 'content-type': 'application/json' },
  chunks: [text],
});
const events = (...chunks: readonly string[]): UpstreamStep => ({
  headers: { 'content-type': 'text/event-stream' },
  chunks: chunks.map((data) => `data: ${data}\n\n`),
});

function play(...script: readonly UpstreamStep[]): EngineStage {
  const stage = stageEngine(config);
  stage.host.upstream.enqueue(...script);
  return stage;
}

const classes = (stage: EngineStage): readonly (string | undefined)[] =>
  stage.lastRecord()?.attempts.map(({ failure }) => failure?.class) ?? [];

describe('whom it asks', () => {
  it.each([
    ['a task stands for its first target', 'main', ['one one']],
    ['an alias for its target, and for who has the very same', 'voice', ['two two', 'three three']],
    ['a target that is named stands for itself', 'one/tts', ['one one']],
  ])('%s', async (_name, model, sent) => {
    const stage = play(...sent.map(() => refused(401)));
    expect((await stage.ask({ path, model })).status).toBe(400);
    expect(stage.sent()).toEqual(sent);
  });

  it('a model that nobody knows is refused: the main one speaks to nobody', async () => {
    const stage = play();
    const answer = await stage.ask({ path, model: 'tts-9' });
    expect([answer.status, stage.sent()]).toEqual([404, []]);
  });

  it('the provider that its header names, whatever the model says', async () => {
    const stage = play(sound('beep'));
    await stage.ask({ path, model: 'tts-9', headers: { 'x-holdfast-provider': 'three' } });
    const [request] = stage.host.upstream.requests;
    expect([stage.sent(), String(request?.body)]).toEqual([
      ['three three'],
      expect.stringContaining('"tts-9"'),
    ]);
    expect(request?.headers).not.toHaveProperty('x-holdfast-provider');
  });
});

describe('its answer', () => {
  it('is waited for where capacity alone is missing', async () => {
    const stage = play(refused(503), refused(503), refused(503), sound('beep'));
    expect((await stage.ask({ path })).text).toBe('beep');
    expect(classes(stage)).toEqual(['overloaded', 'overloaded', 'overloaded', undefined]);
  });

  it.each([
    ['an error as its first event', events('{"error":{"message":"busy","type":"server_error"}}')],
    ['a page of HTML', { headers: { 'content-type': 'text/html' }, chunks: ['<html></html>'] }],
    ['JSON that is cut', json('{"data":[')],
    ['an error inside a 200', json('{"error":{"message":"busy","type":"server_error"}}')],
    ['no byte at all', sound()],
  ] as readonly (readonly [string, UpstreamStep])[])(
    'is asked for again: %s',
    async (_name, step) => {
      const stage = play(step, events('{"type":"speech.audio.done"}'));
      expect((await stage.ask({ path })).text).toBe('data: {"type":"speech.audio.done"}\n\n');
      expect(classes(stage)).toEqual([expect.any(String), undefined]);
    },
  );

  it('is passed on when it stays empty', async () => {
    const stage = play(sound(), sound());
    expect(await stage.ask({ path })).toMatchObject({ status: 200, text: '' });
    expect(stage.lastRecord()).toMatchObject({
      outcome: 'answered',
      notes: ['the answer was empty'],
    });
  });

  it('that falls silent after its first byte is broken, and nobody is asked to go on', async () => {
    const stage = play({ ...sound('bee'), stallAfter: true });
    await stage.ask({ path });
    expect(stage.lastRecord()).toMatchObject({
      outcome: 'broken',
      attempts: [{ failure: { class: 'stream-stall' } }],
      notContinued: 'an answer that is not text cannot be continued',
    });
  });
});

describe('a 404 of a file', () => {
  it("is passed on in the provider's own words, and nothing is held against the path", async () => {
    const stage = play();
    const body = {
      error: { message: 'The requested file does not exist', type: 'invalid_request_error' },
    };
    stage.host.upstream.answerBy(() => ({
      status: 404,
      headers: { 'content-type': 'application/json' },
      chunks: [JSON.stringify(body)],
    }));
    const get = async (): Promise<readonly unknown[]> => {
      let status = 0;
      let text = '';
      await stage.runtime.exchange(
        {
          method: 'GET',
          path: '/v1/files/file-abc123',
          headers: {},
          body: Buffer.alloc(0),
          signal: new AbortController().signal,
        },
        {
          head: (found) => {
            status = found;
          },
          write: (chunk) => {
            text += Buffer.from(chunk).toString();
            return true;
          },
          onDrain: (resume) => resume(),
          end: (chunk) => {
            text += Buffer.from(chunk ?? []).toString();
          },
        },
      );
      return [status, JSON.parse(text)];
    };
    expect(await get()).toEqual([404, body]);
    expect(await get()).toEqual([404, body]);
    expect(classes(stage)).toEqual(['bad-request']);
    expect(stage.sent()).toEqual(['one one', 'one one']);
  });
});
