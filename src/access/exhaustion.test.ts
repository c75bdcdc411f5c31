/** The answer when nobody could answer: every candidate once, with cause and end, in words and as facts (law 11). */

import { describe, expect, it } from 'vitest';
import { refused, stageEngine } from '../../test/fakes/engine-stage.ts';

const server = (host: string, credentials: readonly object[]): object => ({
  base_url: `https://${host}.test/v1`,
  protocol: 'openai-chat',
  credentials,
});
const config = {
  main: 'one/m',
  fallback_chain: ['two/n'],
  providers: {
    one: server('one', [
      { label: 'a', api_key: 'sk-test-a' },
      { label: 'gone', env: 'NOT_SET' },
    ]),
    two: server('two', [{ label: 'c', api_key: 'sk-test-c' }]),
  },
};
const poor = refused(402, { message: 'Insufficient Balance' });
const limited = refused(429, {}, { 'retry-after': '3600' });

interface ErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly holdfast: {
      readonly earliest_retry: string;
      readonly candidates: readonly { readonly target: string; readonly cause: string }[];
    };
  };
}

function parseError(text: string): ErrorBody['error'] {
  return (JSON.parse(text) as ErrorBody).error;
}

describe('the exhausted answer', () => {
  it('lists who was tried and who was passed over, each with cause, requests and end', async () => {
    const stage = stageEngine(config);
    stage.host.upstream.enqueue(poor, limited);
    const { text } = await stage.ask();
    const { holdfast } = parseError(text);
    expect(holdfast.candidates).toEqual([
      {
        target: 'one/m',
        credential: 'one:config:a',
        was: 'tried',
        requests: 1,
        cause: 'billing',
        until: expect.any(String),
      },
      expect.objectContaining({ target: 'two/n', was: 'tried', requests: 1, cause: 'rate-limit' }),
      { target: 'one/m', credential: 'one:config:gone', was: 'skipped', requests: 0, cause: 'auth-missing' },
    ]);
    expect(stage.lastRecord()?.candidates?.map(({ target }) => target)).toEqual(['one/m', 'two/n', 'one/m']);
  });

  it('says for each that was tried when it may be used again, and the first of these times', async () => {
    const stage = stageEngine(config);
    const at = (ms: number): string => new Date(stage.host.clock.now() + ms).toISOString().slice(0, 15);
    stage.host.upstream.enqueue(poor, limited);
    const { message, holdfast } = parseError((await stage.ask()).text);
    expect(message).toMatch(new RegExp(`billing.*not before ${at(15 * 60_000)}`));
    expect(holdfast.earliest_retry.slice(0, 15)).toBe(at(15 * 60_000));
    expect(message).toContain(`Earliest retry: ${holdfast.earliest_retry}`);
  });

  it('lists those that are benched the next time, and asks none of them', async () => {
    const stage = stageEngine(config);
    stage.host.upstream.enqueue(poor, limited);
    await stage.ask();
    const { holdfast } = parseError((await stage.ask()).text);
    expect(holdfast.candidates.map(({ target, cause }) => [target, cause])).toEqual([
      ['one/m', 'benched'],
      ['one/m', 'auth-missing'],
      ['two/n', 'benched'],
    ]);
    expect(stage.sent()).toHaveLength(2);
  });
});
