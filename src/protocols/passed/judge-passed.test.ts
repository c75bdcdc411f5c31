/** What a passed JSON answer is: an answer, or an error in its place; and which ids it names. */

import { describe, expect, it } from 'vitest';
import { judgePassed } from './judge-passed.ts';

const error = { code: 'server_error', message: 'it broke' };

describe('a passed answer', () => {
  it.each<[string, object, string]>([
    ['a file', { object: 'file', id: 'file-1' }, 'answer'],
    ['an error', { error }, 'error'],
    ['an error of Anthropic', { type: 'error', error }, 'error'],
    ['a stored answer that failed', { object: 'response', status: 'failed', error }, 'answer'],
    ['a stored answer', { object: 'response', status: 'completed', error: null }, 'answer'],
  ])('%s', (_name, body, kind) => {
    expect(judgePassed(JSON.stringify(body), 'responses').kind).toBe(kind);
  });

  it('names its ids, and those that each object of a list brings', () => {
    const batch = { id: 'batch_1', input_file_id: 'file-1', output_file_id: null };
    expect(judgePassed(JSON.stringify(batch))).toMatchObject({ made: ['batch_1', 'file-1'] });
    const list = { object: 'list', data: [batch, { id: 'batch_2' }] };
    expect(judgePassed(JSON.stringify(list))).toMatchObject({
      made: ['batch_1', 'file-1', 'batch_2'],
    });
  });

  it('a stored answer is not counted again when it is fetched', () => {
    const text = JSON.stringify({ object: 'response', usage: { input_tokens: 7 } });
    expect(judgePassed(text, 'responses')).toMatchObject({ usage: undefined });
    expect(judgePassed(text, 'images')).toMatchObject({ usage: { inputTokens: 7 } });
  });
});
