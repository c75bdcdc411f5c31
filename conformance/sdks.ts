/** The SDKs: each row is a small program of `programs/` that asks as an agent would. */

import { join } from 'node:path';
import type { Client, Protocol } from './client.ts';

export const sdks: readonly Client[] = [
  sdk('openai chat', 'openai', 'openai-chat', ['openai.mjs', 'chat', 'whole']),
  sdk('openai chat, streamed', 'openai', 'openai-chat', ['openai.mjs', 'chat', 'streamed']),
  sdk('openai responses', 'openai', 'openai-responses', ['openai.mjs', 'responses', 'whole']),
  sdk('openai responses, streamed', 'openai', 'openai-responses', [
    'openai.mjs',
    'responses',
    'streamed',
  ]),
  { ...sdk('openai bodies', 'openai', 'openai-chat', ['openai-bodies.mjs']), sendsBodies: true },
  sdk('anthropic', '@anthropic-ai/sdk', 'anthropic-messages', ['anthropic.mjs', 'whole']),
  sdk('anthropic, streamed', '@anthropic-ai/sdk', 'anthropic-messages', [
    'anthropic.mjs',
    'streamed',
  ]),
  sdk('google', '@google/genai', 'google-generate-content', ['google.mjs', 'whole']),
  sdk('google, streamed', '@google/genai', 'google-generate-content', ['google.mjs', 'streamed']),
  sdk('ai 6 chat', 'ai-6', 'openai-chat', ['ai.mjs', '6', 'chat']),
  sdk('ai 6 responses', 'ai-6', 'openai-responses', ['ai.mjs', '6', 'responses']),
  sdk('ai 6 messages', 'ai-6', 'anthropic-messages', ['ai.mjs', '6', 'messages']),
  sdk('ai 7 chat', 'ai-7', 'openai-chat', ['ai.mjs', '7', 'chat']),
  sdk('ai 7 responses', 'ai-7', 'openai-responses', ['ai.mjs', '7', 'responses']),
  sdk('ai 7 messages', 'ai-7', 'anthropic-messages', ['ai.mjs', '7', 'messages']),
  sdk('holdfast/ai-sdk, ai 6', 'ai-6', 'openai-chat', ['ai.mjs', '6', 'in-process']),
  sdk('holdfast/ai-sdk, ai 7', 'ai-7', 'openai-chat', ['ai.mjs', '7', 'in-process']),
];

function sdk(
  ...[name, from, protocol, [program, ...options]]: readonly [
    string,
    string,
    Protocol,
    readonly [string, ...string[]],
  ]
): Client {
  return {
    name,
    half: 'sdk',
    package: from,
    protocol,
    call: 'list_directory({"path": "."})',
    limitMs: 60_000,
    command: (prompt, { gateway, key, holdfastHome }) => ({
      argv: [process.execPath, join(import.meta.dirname, 'programs', program), ...options, prompt],
      environment: { HOLDFAST_URL: gateway, HOLDFAST_KEY: key, HOLDFAST_HOME: holdfastHome },
    }),
  };
}
