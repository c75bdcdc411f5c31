/**
 * Requests shaped as the agents were seen to send them, and what a provider of another protocol is
 * asked in their place.
 */

import { createServer, type Server } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { ask } from './harness.ts';
import { anthropicMessages } from './protocol-cases.ts';

let provider: Server;
let runtime: Runtime;
let asked: unknown;

beforeAll(async () => {
  provider = createServer(async (request, response) => {
    asked = JSON.parse(await readText(request));
    const message = { role: 'assistant', content: 'well' };
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ id: '1', choices: [{ index: 0, message, finish_reason: 'stop' }] }),
    );
  });
  const port = await new Promise<number>((resolve) => {
    provider.listen(0, '127.0.0.1', () => {
      const address = provider.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  runtime = createRuntime({
    config: {
      main: { provider: 'chat', model: 'm' },
      providers: {
        chat: { base_url: `http://127.0.0.1:${port}/v1`, protocol: 'openai-chat', auth: 'none' },
      },
    },
  });
});
beforeEach(() => {
  asked = undefined;
});
afterAll(async () => {
  await runtime.close();
  provider.close();
});

const cached = { cache_control: { type: 'ephemeral' } };
const text = (words: string): object => ({ type: 'text', text: words });

// Claude Code 2.1.329, November 2026: three blocks of system prompt, and its environment as a
// system message after the user's.
const claudeCode = {
  model: 'main',
  max_tokens: 32000,
  system: [
    text('x-header: version'),
    { ...text('You are an agent.'), ...cached },
    { ...text('\nBe terse.'), ...cached },
  ],
  messages: [
    { role: 'user', content: [text('<system-reminder>one</system-reminder>\n'), text('Say hi.')] },
    { role: 'system', content: [text('# Environment\nThe shell is bash.')] },
    { role: 'assistant', content: [text('hi')] },
    { role: 'user', content: [{ ...text('Say bye.'), ...cached }] },
    { role: 'system', content: 'It is late.' },
  ],
  metadata: { user_id: '{"session_id":"1"}' },
};

it("Claude Code's system prompt reaches a server of one's own as one message, what it says later at its place", async () => {
  const answer = await ask(runtime, claudeCode, { tongue: anthropicMessages });
  expect([answer.status, JSON.parse(answer.text).content]).toEqual([
    200,
    [{ type: 'text', text: 'well' }],
  ]);
  expect(asked).toMatchObject({
    messages: [
      { role: 'system', content: 'x-header: version\n\nYou are an agent.\n\n\nBe terse.' },
      {
        role: 'user',
        content: [
          text('<system-reminder>one</system-reminder>\n'),
          text('Say hi.'),
          text('# Environment\nThe shell is bash.'),
        ],
      },
      { role: 'assistant', content: 'hi' },
      { role: 'user', content: 'Say bye.\n\nIt is late.' },
    ],
  });
});
