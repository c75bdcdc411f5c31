/** What a client's base URL has too much of. */

import { describe, expect, it } from 'vitest';
import { findPrefix } from './endpoints.ts';

describe('a path whose rest is served', () => {
  it.each([
    ['/v1/v1/messages', '/v1'],
    ['/v1/v1/chat/completions', '/v1'],
    ['/v1/chat/completions/chat/completions', '/v1/chat/completions'],
    ['/v1/messages/v1/messages', '/v1/messages'],
    ['/openai/v1/responses', '/openai'],
    ['/v1beta/openai/chat/completions', '/v1beta/openai'],
    ['/v1/v1beta/models/main:generateContent', '/v1'],
    ['/v1/v1/models', '/v1'],
    ['/api/v1/models/main', '/api'],
    ['/v1/v1/files/file_x', '/v1'],
    ['/v1/moderations', undefined],
    ['/v1/files/a/b', undefined],
    ['/v1/chat/completion', undefined],
    ['/', undefined],
    ['', undefined],
  ])('%s: %s', (path, before) => {
    expect(findPrefix(path)).toBe(before);
  });

  it('costs no more than its length', () => {
    expect(findPrefix('/x'.repeat(8000))).toBeUndefined();
  });
});
