/**
 * What a request may take, before it is sent: never a picture's bytes for words, and no body too
 * odd to be counted.
 */

import { expect, it } from 'vitest';
import { openaiChat } from '../../protocols/openai-chat/protocol.ts';
import { estimateUsage } from './estimate.ts';

const say = (content: unknown, more: object = {}): string =>
  JSON.stringify({ model: 'main', messages: [{ role: 'user', content }], ...more });
const base64 = Buffer.alloc(500_000).toString('base64');

it.each<[name: string, body: string, least: number, most: number, output: number]>([
  ['a text', say('a'.repeat(350)), 80, 150, 8192],
  ['its own limit', say('hi', { max_tokens: 20 }), 1, 60, 20],
  ['several answers', say('hi', { max_completion_tokens: 20, n: 3 }), 1, 60, 60],
  ['a picture', say([{ type: 'image_url', image_url: { url: base64 } }]), 1600, 1700, 8192],
  ['more values than are translated', say(Array(100_001).fill(0)), 60_000, 100_000, 8192],
])('%s', (_name, text, least, most, output) => {
  const body = openaiChat.readBody({ body: Buffer.from(text) }, 'generate');
  const { inputTokens = 0, outputTokens } = estimateUsage(body, {}, false);
  expect(inputTokens).toBeGreaterThanOrEqual(least);
  expect(inputTokens).toBeLessThanOrEqual(most);
  expect(outputTokens).toBe(output);
});
