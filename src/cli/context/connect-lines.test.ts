import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { createRuntime } from '../../runtime.ts';
import { type AfterLogin, suggestLogin } from './connect-lines.ts';

const key = { api_key: `sk-test-${'k'.repeat(20)}` };

function suggest(anthropic: object, after: AfterLogin): string {
  const other = { base_url: 'https://other.test/v1', protocol: 'openai-chat', ...key };
  const config = { main: 'other/m', providers: { anthropic, other } };
  const runtime = createRuntime({ host: createFakeHost(), config });
  const lines = suggestLogin('anthropic', after, { config: runtime.config() });
  void runtime.close();
  return lines.join('\n');
}

describe("a provider for callers' logins", () => {
  it.each([
    [{}, 'chain', "holdfast config set providers.anthropic.credentials '[{caller: true}]'"],
    [
      key,
      'none',
      "holdfast config set providers.anthropic.credentials '[{caller: true, fallback: none}]'",
    ],
    [{ credentials: [{ caller: true }] }, 'chain', ''],
    [{ credentials: [{ caller: true, fallback: 'none' }] }, 'none', ''],
    [{ credentials: [{ caller: true }] }, 'none', 'holdfast config edit'],
    [{ credentials: [key] }, 'chain', 'holdfast config edit'],
  ] as const)('of %j for %s is made by %s', (anthropic, after, line) => {
    expect(suggest(anthropic, after)).toBe(line);
  });
});
