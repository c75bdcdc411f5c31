/** Each vendor's own path is told as that vendor's; ours are nobody else's. */

import { expect, it } from 'vitest';
import { listPaths } from './endpoints.ts';
import { findForeignApi } from './foreign-paths.ts';

it.each([
  ['/api/chat', "Ollama's own API"],
  ['/api/v0/models', "LM Studio's own API"],
  ['/completion', "llama.cpp's own API"],
  ['/openai/deployments/main/chat/completions', 'Azure OpenAI'],
  ['/model/anthropic.claude-v2/converse-stream', 'Amazon Bedrock'],
  ['/v1/projects/p/locations/l/publishers/google/models/m:generateContent', 'Google Vertex AI'],
  ['/v2/chat', 'Cohere'],
  ['/v1/completions', "OpenAI's old text completions"],
  ['/v1/threads/t/runs', "OpenAI's Assistants"],
])('%s is of %s', (path, api) => {
  expect(findForeignApi(path)).toBe(api);
});

it('no served path is foreign', () => {
  expect(listPaths().filter((path) => findForeignApi(path) !== undefined)).toEqual([]);
});
