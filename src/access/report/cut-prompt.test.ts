/** A server that cuts a prompt in silence is known by its own count; nothing else is noted. */

import { expect, it } from 'vitest';
import { stageEngine } from '../../../test/fakes/engine-stage.ts';

const cut = /^own\/m says that it read (\d+) tokens, of (\d+) or more .*OLLAMA_CONTEXT_LENGTH/;
const own = 'http://127.0.0.1:11434/v1';
const words = 'every word of this is read '.repeat(4000);
const picture = {
  type: 'image_url',
  image_url: { url: `data:image/png;base64,${'A'.repeat(1e5)}` },
};

it.each<readonly [string, object, string, unknown, boolean]>([
  ['fewer tokens than texts', { prompt_tokens: 4096 }, own, words, true],
  ['fewer, below its context', { prompt_tokens: 3977 }, own, words, true],
  ['all of them', { prompt_tokens: 24_003 }, own, words, false],
  ['the rest of a cache', { prompt_tokens: 40 }, own, words, false],
  ['nothing', {}, own, words, false],
  [
    'what a cache had',
    { prompt_tokens: 4096, prompt_tokens_details: { cached_tokens: 9 } },
    own,
    words,
    false,
  ],
  ['a picture', { prompt_tokens: 1100 }, own, [picture], false],
  ['fewer, at a vendor', { prompt_tokens: 4096 }, 'https://own.test/v1', words, false],
])('a count of %s', async (_what, usage, base_url, content, isNoted) => {
  const server = { base_url, protocol: 'openai-chat', api_key: 'sk-test-own' };
  const choices = [
    { index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' },
  ];
  const whole = JSON.stringify({ choices, usage });
  const event = { choices: [{ index: 0, delta: { content: 'ok' }, finish_reason: 'stop' }], usage };
  for (const stream of [false, true]) {
    const scene = stageEngine({ main: 'own/m', providers: { own: server } });
    const headers = { 'content-type': stream ? 'text/event-stream' : 'application/json' };
    const sent = stream ? `data: ${JSON.stringify(event)}\n\ndata: [DONE]\n\n` : whole;
    scene.host.upstream.enqueue({ headers, chunks: [sent] });
    await scene.ask({ body: { stream, messages: [{ role: 'user', content }] } });
    const notes = scene.lastRecord()?.notes ?? [];
    expect(notes.filter((note) => cut.test(note))).toHaveLength(isNoted ? 1 : 0);
  }
});
