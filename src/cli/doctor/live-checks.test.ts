/** What `doctor --live` says of a key: only a refusal or a missing secret is its fault. */

import { afterEach, describe, expect, it } from 'vitest';
import { createFakeHost, type UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { formatFix } from '../../errors.ts';
import type { Trouble } from '../../explain/doctor/troubles.ts';
import { createRuntime, type Runtime } from '../../runtime.ts';
import { askKeys } from './live-checks.ts';

let runtime: Runtime | undefined;
afterEach(async () => runtime?.close());

const { signal } = new AbortController();

/** The troubles of the one key of a provider that does this with every request. */
async function live(step: UpstreamStep, key: string): Promise<readonly Trouble[]> {
  const host = createFakeHost({ environment: { HOLDFAST_HOME: '/h', CORP_API_KEY: key } });
  const corp = { base_url: 'https://llm.corp.example/v1', credentials: [{ env: 'CORP_API_KEY' }] };
  const protocol = 'openai-chat';
  runtime = createRuntime({
    host,
    config: { main: 'corp/m', providers: { corp: { ...corp, protocol } } },
  });
  host.upstream.answerBy(() => step);
  const terminal = { talk: () => undefined } as never;
  const asked = askKeys({ terminal, signal }, runtime);
  let isOver = false;
  void asked.finally(() => {
    isOver = true;
  });
  while (!isOver) await host.advance(1000);
  const [check] = await asked;
  return (await check?.look(signal)) ?? [];
}

function broken(code: string): UpstreamStep {
  return { error: Object.assign(new Error(`connect ${code}`), { code }) };
}

function says(status: number, message: string): UpstreamStep {
  const headers = { 'content-type': 'application/json' };
  return { status, headers, chunks: [JSON.stringify({ error: { message } })] };
}

describe('a key that doctor --live asks', () => {
  const key = `sk-test-${'k'.repeat(20)}`;

  it.each([
    ['no connection', broken('ECONNREFUSED')],
    ['no name', broken('ENOTFOUND')],
    ['no trust', broken('UNABLE_TO_VERIFY_LEAF_SIGNATURE')],
    ['a certificate that has ended', broken('CERT_HAS_EXPIRED')],
    ['no answer', { silent: true } as const],
    ['a server that breaks', says(500, 'internal error')],
    ['an unknown path', says(404, 'Not Found')],
    ['a page', { headers: { 'content-type': 'text/html' }, chunks: ['<html>hi</html>'] }],
  ])('is not said to be bad, nor to be replaced, for %s', async (_name, step) => {
    const [trouble, ...more] = await live(step, key);
    expect(more).toEqual([]);
    expect(trouble?.what).not.toContain('does not work');
    expect(trouble?.fix ? formatFix(trouble.fix) : '').not.toMatch(/key that works|auth add/);
    const isOpen = trouble?.what.includes('could not be tested');
    expect(trouble).toMatchObject(isOpen ? { severity: 'unknown', exit: 0 } : { exit: 1 });
  });

  it('is told what mends the way to its server', async () => {
    const [trouble] = await live(broken('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), key);
    expect(trouble).toMatchObject({
      severity: 'unknown',
      what: 'corp:config:key-1 (environment CORP_API_KEY) could not be tested: unreachable',
    });
    expect(trouble?.fix?.text).toContain('NODE_EXTRA_CA_CERTS');
    expect(trouble?.fix?.text).not.toContain('fallback');
  });

  it('that was refused is to be replaced where it stands', async () => {
    const [refused] = await live(says(401, 'Incorrect API key provided'), key);
    expect(refused?.what).toContain('does not work: refused');
    expect(refused?.fix?.text).toContain('CORP_API_KEY');
  });
});
