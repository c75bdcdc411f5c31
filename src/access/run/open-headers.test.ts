/**
 * Which of a caller's headers reach a target: a vendor's own ones as open lists, never one that
 * chooses who pays, in whatever protocol the caller speaks.
 */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import type { ProtocolName } from '../../model/protocol.ts';
import type { Headers } from '../../model/request.ts';
import { createRuntime } from '../../runtime.ts';

const paths = { chat: '/v1/chat/completions', responses: '/v1/responses', claude: '/v1/messages' };
const protocols: Readonly<Record<string, ProtocolName>> = {
  chat: 'openai-chat',
  responses: 'openai-responses',
  claude: 'anthropic-messages',
};

const host = createFakeHost();
const providers = Object.fromEntries(
  Object.entries(protocols).map(([name, protocol]) => [
    name,
    { base_url: `https://${name}.test/v1`, protocol, auth: 'none' },
  ]),
);
const runtime = createRuntime({ host, config: { main: 'chat/m', providers } });
host.upstream.answerBy(() => ({ status: 400, chunks: ['{"error":{"message":"no"}}'] }));

interface Asked {
  readonly from: keyof typeof paths;
  readonly to: string;
  readonly more?: object;
}

/** The headers of the last request that such a request leads to. */
async function sent(headers: Headers, { from, to, more = {} }: Asked): Promise<Headers> {
  const body = { model: `${to}/m`, max_tokens: 9, input: 'hi', ...more };
  const messages = [{ role: 'user', content: 'hi' }];
  const before = host.upstream.requests.length;
  await runtime.exchange(
    {
      method: 'POST',
      path: paths[from],
      headers: { ...headers, authorization: 'Bearer theirs', 'x-api-key': 'theirs' },
      body: Buffer.from(JSON.stringify(from === 'responses' ? body : { ...body, messages })),
      signal: new AbortController().signal,
    },
    { head: () => undefined, write: () => true, onDrain: () => undefined, end: () => undefined },
  );
  expect(host.upstream.requests.length).toBeGreaterThan(before);
  return host.upstream.requests.at(-1)?.headers ?? {};
}

const letters = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789-') });
const value = fc.stringMatching(/^[!-~](?:[ -~]{0,20}[!-~])?$/);
const froms = fc.constantFrom('chat' as const, 'responses' as const, 'claude' as const);

const openName = fc
  .tuple(fc.constantFrom('anthropic-', 'x-claude-code-'), letters)
  .map(([start, rest]) => `${start}${rest}`)
  .filter((name) => !/^anthropic-(workspace|organization|user-profile)-id$/.test(name));
const refusedName = fc.oneof(
  fc.constantFrom('openai-organization', 'openai-project', 'anthropic-workspace-id'),
  fc.constantFrom(
    'anthropic-organization-id',
    'anthropic-user-profile-id',
    'authorization',
    'x-api-key',
    'cookie',
    'forwarded',
  ),
  letters.map((rest) => `x-stainless-${rest}`),
  letters.map((rest) => `x-holdfast-${rest}`),
);
const item = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/).filter((one) => !one.startsWith('oauth-'));
const login = fc.constantFrom('oauth-2025-04-20', 'OAuth-x', 'oauth-');

it('passes every header of the vendor to a target that speaks its protocol, and to no other', () =>
  fc.assert(
    fc.asyncProperty(openName, value, froms, async (name, text, from) => {
      const isKept = !/(^|,)\s*oauth-/i.test(text);
      fc.pre(isKept);
      expect((await sent({ [name]: text }, { from, to: 'claude' }))[name]).toBe(text);
      for (const to of ['chat', 'responses'])
        expect(await sent({ [name]: text }, { from, to })).not.toHaveProperty(name);
    }),
    { numRuns: 60 },
  ));

it('passes openai-beta to every target that speaks a protocol of OpenAI, and to no other', () =>
  fc.assert(
    fc.asyncProperty(value, froms, async (text, from) => {
      for (const to of ['chat', 'responses'])
        expect((await sent({ 'openai-beta': text }, { from, to }))['openai-beta']).toBe(text);
      const others = await sent({ 'openai-beta': text }, { from, to: 'claude' });
      expect(others).not.toHaveProperty('openai-beta');
    }),
    { numRuns: 30 },
  ));

it('never passes a header that chooses who pays, or is meant for us', () =>
  fc.assert(
    fc.asyncProperty(refusedName, value, froms, async (name, text, from) => {
      for (const to of Object.keys(protocols))
        expect(await sent({ [name]: text }, { from, to })).not.toHaveProperty(name);
    }),
    { numRuns: 60 },
  ));

it('cuts the beta of a login out of a list, wherever it stands, and nothing else', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(item, login), { minLength: 1 }), async (items) => {
      const asked = { 'anthropic-beta': items.join(', ') };
      const betas = (await sent(asked, { from: 'claude', to: 'claude' }))['anthropic-beta'];
      const kept = items.filter((one) => !/^oauth-/i.test(one));
      expect(betas?.split(/, ?/) ?? []).toEqual(kept);
    }),
    { numRuns: 60 },
  ));

it('joins the betas of a caller with one that its translation needs', async () => {
  const tool = { name: 'f', strict: true, parameters: { type: 'object', properties: {} } };
  const more = { tools: [{ type: 'function', function: tool }], model: 'claude/claude-sonnet-4-5' };
  const asked = { 'anthropic-beta': 'context-1m-2025-08-07' };
  const headers = await sent(asked, { from: 'chat', to: 'claude', more });
  expect(headers['anthropic-beta']).toBe('context-1m-2025-08-07,structured-outputs-2025-11-13');
});
