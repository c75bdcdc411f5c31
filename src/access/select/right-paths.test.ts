/** Where a program that asked for an unknown path is sent. */

import { describe, expect, it } from 'vitest';
import { findForeignApi } from './foreign-paths.ts';
import { fixPath, nameBase } from './right-paths.ts';

const base = 'http://127.0.0.1:4653/v1';

function fix(path: string, method = 'POST'): string {
  return fixPath({ path, method, base }, findForeignApi(path));
}

describe('a path that is not served', () => {
  it.each([
    ['/v1'],
    ['/v1/'],
    ['/graphql'],
    ['/v1/api/chat'],
    ['/api/chat'],
    ['/api/generate'],
    ['/v1/completions'],
    ['/openai/deployments/gpt-5/chat/completions'],
  ])('leads to the base URL: %s', (path) => {
    expect(fix(path)).toContain(`base URL`);
    expect(fix(path)).toContain(`${base} (for Anthropic and Gemini without /v1)`);
  });

  it.each([
    ['/v1/v1/chat/completions', '/v1'],
    ['/v1beta/openai/chat/completions', '/v1beta/openai'],
    ['/api/v1/chat/completions', '/api'],
    ['/api/v1/models', '/api'],
    ['/openai/v1/responses', '/openai'],
    ['/anthropic/v1/messages', '/anthropic'],
  ])('has too much before it: %s', (path, before) => {
    expect(fix(path)).toBe(`take ${before} out of the client's base URL`);
  });

  it.each(['/health', '/v1/health', '/ping', '/status', '/api/live'])(
    'is one of a monitor: %s',
    (path) => {
      expect(fix(path, 'GET')).toBe('ask /healthz or /readyz');
    },
  );

  it('is a misspelt one', () => {
    expect(fix('/v1/chat/completion')).toBe('did you mean /v1/chat/completions?');
  });
});

it.each([
  [{ host: '127.0.0.1:4653' }, base],
  [{ host: 'llm.example.org', 'x-forwarded-proto': 'https' }, 'https://llm.example.org/v1'],
  [{}, '/v1'],
])('the base URL is the address that was asked: %j', (headers, url) => {
  expect(nameBase(headers)).toBe(url);
});
