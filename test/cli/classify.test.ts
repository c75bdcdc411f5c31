/**
 * Transcripts of `holdfast classify`: an answer on stdin, the verdict on stdout, no network, no
 * configuration.
 */

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

interface Run {
  readonly status: number;
  readonly out: string;
  readonly talk: string;
}

function classify(argv: readonly string[], input: string): Promise<Run> {
  const env = {
    PATH: process.env['PATH'],
    HOLDFAST_HOME: join(tmpdir(), 'holdfast-none'),
    NO_COLOR: '1',
  };
  const command = [join(root, 'bin/holdfast.js'), 'classify', ...argv];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, { env }, (error, out, talk) =>
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, out, talk }),
    );
    child.stdin?.on('error', () => undefined); // the command may have refused its options before it reads
    child.stdin?.end(input);
  });
}

const limited = `HTTP/2 429 \r
date: Sat, 21 Nov 2026 12:00:00 GMT\r
content-type: application/json\r
\r
{"error":{"message":"Rate limit reached. Please try again in 3.2s.","type":"tokens","code":"rate_limit_exceeded"}}
`;

describe('holdfast classify', () => {
  it('reads what curl -i printed', async () => {
    expect(await classify(['--provider', 'openai'], limited)).toEqual({
      status: 0,
      talk: '',
      out: `said       Rate limit reached. Please try again in 3.2s.
rule       any-rate-limit-code (by code) [D] https://platform.openai.com/docs/guides/rate-limits
come back  2026-11-21T12:00:03.200Z, in 3.2 s (prose)
limits     are counted on: project
class      rate-limit: too many requests or tokens for a moment
to blame   account
advice     wait
scope      origin + account + model
held back  until 2026-11-21T12:00:03.200Z, set by the provider
Holdfast   takes a key of another account, then asks again after 3.2 s, then goes to the next target
or else    asks again after 3.2 s, then waits with all others until it is back (with no other key or target)
`,
    });
  });

  it('tells a key that has worked from one that never has, and shows no key', async () => {
    const key = `sk-test-${'x'.repeat(20)}`;
    const body = `{"error":{"message":"Incorrect API key provided: ${key}","code":"invalid_api_key"}}`;
    const run = await classify(['--provider', 'openai', '--status', '401'], body);
    expect(run.status).toBe(0);
    expect(run.out).toMatch(
      /never worked there\nclass {6}auth-rejected[\s\S]*has worked there\nclass {6}auth-suspect[\s\S]*asks again after 1\.0 s, 3\.0 s, then takes another key/,
    );
    expect(run.out).not.toContain(key);
  });

  it('reads a stream, and says that content had come', async () => {
    const file = join(root, 'test/fixtures/failures/anthropic/stream-overloaded-after-content.sse');
    const run = await classify(['--provider', 'anthropic', '--json'], readFileSync(file, 'utf8'));
    expect(JSON.parse(run.out)).toMatchObject({
      schema: 'holdfast.classify/1',
      provider: 'anthropic',
      status: 200,
      failure: { newKey: { class: 'overloaded' } },
      stream: { events: 5, malformed: 0, hasContent: true, hasFinished: false },
    });
  });

  it('says so when it is no failure', async () => {
    const run = await classify(['--status', '200'], '{"choices":[{"message":{"content":"hi"}}]}');
    expect(run).toEqual({ status: 0, out: 'answer     HTTP 200, and no failure\n', talk: '' });
  });

  it('says without --provider that only the general rules were asked', async () => {
    const run = await classify(['--status', '503'], '');
    expect([run.status, run.talk]).toEqual([
      0,
      'Only the rules for every provider were used; --provider adds the vendor’s own.\n',
    ]);
  });

  it.each([
    ['no input', [], '', /there is no answer to classify[\s\S]*To fix: curl -i/],
    ['a body without its status', [], '{}', /no status line[\s\S]*--status 429/],
    [
      'an unknown provider',
      ['--provider', 'opnai', '--status', '429'],
      '{}',
      /no provider is called "opnai"[\s\S]*did you mean openai\?/,
    ],
    ['an invalid status', ['--status', '42'], '{}', /a whole number from 200 to 599/],
    ['two statuses', ['--status', '500'], limited, /HTTP 429 and --status says 500/],
  ])('exits 2 with one clear error for %s', async (_name, argv, input, message) => {
    const run = await classify(argv, input);
    expect([run.status, run.out]).toEqual([2, '']);
    expect(run.talk).toMatch(message);
  });
});
