import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { resolvePaths } from '../files/paths.ts';
import { ConfigHolder } from '../holder/holder.ts';

/** What the configuration is refused for; empty if it is taken. */
function refusalOf(settings: object, environment: Readonly<Record<string, string>> = {}): string {
  const host = createFakeHost({
    files: { '/h/config.yaml': JSON.stringify(settings) },
    environment: { HOLDFAST_HOME: '/h', ...environment },
  });
  const paths = resolvePaths(host.environment);
  try {
    new ConfigHolder({ host, paths, onEvent: () => undefined }).close();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const caller = { caller: true };
const mine = (base_url: string, protocol = 'openai-responses') => ({
  base_url,
  protocol,
  credentials: [caller],
});
const with_ = (providers: object, more: object = {}): object => ({
  main: `${Object.keys(providers)[0]}/m`,
  providers,
  ...more,
});

describe("callers' logins", () => {
  it.each([
    ['of the vendor', with_({ anthropic: { credentials: [caller] } }), ''],
    ['beside a key', with_({ anthropic: { credentials: [caller, { env: 'K' }] } }), ''],
    [
      'without a fallback',
      with_({ anthropic: { credentials: [{ ...caller, fallback: 'none' }] } }),
      '',
    ],
    ['of a server of one’s own', with_({ mine: mine('https://llm.corp.test/v1') }), ''],
    ['of a stand-in on this machine', with_({ anthropic: mine('http://127.0.0.1:9/v1') }), ''],
    [
      'of a vendor at another address',
      with_({ anthropic: mine('https://relay.test/v1', 'anthropic-messages') }),
      'not its own address',
    ],
    [
      'of an entry that takes nothing else, beside a key',
      with_({ chatgpt: { credentials: [{ api_key: 'sk-test-a' }] } }),
      'takes no keys',
    ],
    [
      'of nobody: a proxy of one’s own under the name of that entry takes keys',
      with_({
        chatgpt: { ...mine('https://relay.test/v1'), credentials: [{ api_key: 'sk-test-a' }] },
      }),
      '',
    ],
    [
      'of two providers of one protocol',
      with_({ one: mine('https://one.test'), two: mine('https://two.test') }),
      'one takes callers',
    ],
    [
      'of two providers of different protocols',
      with_({ one: mine('https://one.test'), two: mine('https://two.test', 'openai-chat') }),
      '',
    ],
    [
      'that are not',
      with_({ anthropic: { credentials: [{ caller: false }] } }),
      'write one of true',
    ],
    [
      'with another source',
      with_({ anthropic: { credentials: [{ ...caller, env: 'K' }] } }),
      'several sources',
    ],
    [
      'of one account',
      with_({ anthropic: { credentials: [{ ...caller, account: 'a' }] } }),
      'cannot be set',
    ],
    [
      'with a budget',
      with_({ anthropic: { credentials: [{ ...caller, budget: { usd: 1, per: 'day' } }] } }),
      'budget',
    ],
    [
      'whose fallback is that of a key',
      with_({ anthropic: { credentials: [{ env: 'K', fallback: 'none' }] } }),
      'belongs to',
    ],
  ])('%s are taken or refused', (_name, settings, expected) => {
    const refusal = refusalOf(settings, { K: `sk-ant-test-${'k'.repeat(20)}` });
    if (expected === '') expect(refusal).toBe('');
    else expect(refusal).toContain(expected);
  });

  it.each([
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['localhost', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.1', false],
    ['gateway.test', false],
    ['127.0.0.1.evil.test', false],
  ])('are let in without a key at %s: %s', (host, isTaken) => {
    const settings = with_({ anthropic: { credentials: [caller] } });
    const asked = { ...settings, gateway: { host, caller_login: 'local' } };
    expect(refusalOf(asked) === '').toBe(isTaken);
    const byVariable = { ...settings, gateway: { caller_login: 'local' } };
    expect(refusalOf(byVariable, { HOLDFAST_HOST: host }) === '').toBe(isTaken);
  });
});
