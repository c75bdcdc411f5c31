/**
 * Answers of something on the way, in the words that real ones have: people are told whose they
 * are, the key is not blamed, and the next request is sent.
 */

import { describe, expect, it } from 'vitest';
import { answered, stageEngine } from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';
import type { FailureClass } from '../../model/failure.ts';
import type { Headers } from '../../model/request.ts';

interface Told {
  readonly cause: FailureClass | undefined;
  readonly text: string;
  /** Whether the same request is sent again later. */
  readonly isFree: boolean;
}

interface Answer {
  readonly status: number;
  readonly headers?: Headers;
  /** A text, or what is written as JSON. */
  readonly body: unknown;
}

function stepOf({ status, headers = {}, body }: Answer): UpstreamStep {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers, chunks: text === '' ? [] : [text] };
}

async function tell(
  answer: Answer,
  { baseUrl = 'https://llm.example.com/v1', isProven = false } = {},
): Promise<Told> {
  const one = { protocol: 'openai-chat', base_url: baseUrl, api_key: 'sk-test-a' };
  const stage = stageEngine({ main: 'one/m', providers: { one } });
  if (isProven) {
    stage.host.upstream.enqueue(answered);
    await stage.ask();
  }
  stage.host.upstream.answerBy(() => stepOf(answer));
  const { text } = await stage.ask();
  const cause = stage.lastRecord()?.attempts.at(-1)?.failure?.class;
  await stage.ask();
  return { cause, text, isFree: (stage.lastRecord()?.attempts.length ?? 0) > 0 };
}

const aboutKey = /auth test|new key|a key that works|rejected|saw no key|status page/;

describe('a sandbox or a network that lets nothing through', () => {
  it.each<[string, Answer]>([
    [
      'a header of a sandbox',
      {
        status: 403,
        headers: { 'x-deny-reason': 'host_not_allowed' },
        body: 'Host not in allowlist',
      },
    ],
    [
      'a header of another',
      { status: 403, headers: { 'x-proxy-error': 'blocked-by-allowlist' }, body: 'no' },
    ],
    [
      'a line for each reason',
      {
        status: 403,
        body: 'Blocked by network policy: domain llm.example.com:443\n  detail: no matching allow rule',
      },
    ],
    [
      'a name and its detail',
      {
        status: 403,
        body: {
          error: 'policy_denied',
          detail: 'POST /v1/chat/completions not permitted by policy',
        },
      },
    ],
    ['a connection', { status: 403, body: { error: 'connection not allowed by policy' } }],
    [
      'a host',
      { status: 403, body: 'This host is not allowed by the sandbox network policy config.' },
    ],
    ['a domain', { status: 403, body: 'Domain llm.example.com is not on the allowlist' }],
  ])('is told as that: %s', async (_name, answer) => {
    for (const isProven of [false, true]) {
      const { cause, text, isFree } = await tell(answer, { isProven });
      expect([cause, isFree]).toEqual(['egress-denied', true]);
      expect(text).toMatch(/a sandbox or a network on the way to one does not let this through/);
      expect(text).toMatch(/have https:..llm.example.com allowed where requests go out/);
      expect(text).not.toMatch(aboutKey);
    }
  });

  it.each<[string, Answer]>([
    [
      'a model',
      { status: 403, body: { error: { message: 'The model is not allowed by policy' } } },
    ],
    ['an address of a key', { status: 403, body: { error: { message: 'IP not in allowlist' } } }],
    [
      'a rule for content',
      { status: 403, body: { error: { message: 'Input was blocked by policy' } } },
    ],
  ])('is not read into other words: %s', async (_name, answer) => {
    expect((await tell(answer)).cause).not.toBe('egress-denied');
  });
});
