/**
 * A beta and its field in the body are one feature: where a target refuses either, both are left
 * out, visibly, and remembered.
 */

import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost, type UpstreamStep } from '../../../test/fakes/fake-host.ts';
import type { RequestRecord } from '../../model/record.ts';
import { createRuntime } from '../../runtime.ts';

const json = { 'content-type': 'application/json' };
const good: UpstreamStep = {
  headers: json,
  chunks: [
    JSON.stringify({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: 'here' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 1, output_tokens: 1 },
    }),
  ],
};

function refusal(message: string): UpstreamStep {
  const error = { type: 'invalid_request_error', message };
  return { status: 400, headers: json, chunks: [JSON.stringify({ type: 'error', error })] };
}

/** Cache marks in every place, each with this field, and data of a tool that looks like one. */
function marked(field: object): object {
  const cache_control = { type: 'ephemeral', ...field };
  const input = { cache_control: { scope: 'mine', ttl: 'mine' } };
  return {
    cache_control,
    system: [{ type: 'text', text: 'be brief', cache_control }],
    tools: [{ name: 'look', input_schema: { type: 'object' }, cache_control }],
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'hi', cache_control }] },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'look', input }] },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 't',
            content: [{ type: 'text', text: 'seen', cache_control }],
            cache_control,
          },
        ],
      },
    ],
  };
}

interface Scene {
  readonly host: FakeHost;
  ask(betas: string, fields?: object): Promise<RequestRecord>;
  /** What the provider got: its list of betas, and the names of fields beside the usual ones. */
  sent(): readonly { readonly betas: string | undefined; readonly fields: readonly string[] }[];
}

function setUp(protocol = 'anthropic-messages'): Scene {
  const host = createFakeHost();
  const own = { base_url: 'https://own.test/v1', protocol, auth: 'none' };
  const runtime = createRuntime({ host, config: { main: 'own/m', providers: { own } } });
  const ask: Scene['ask'] = async (betas, fields = {}) => {
    const messages = [{ role: 'user', content: 'hi' }];
    const record = await runtime.exchange(
      {
        method: 'POST',
        path: '/v1/messages',
        headers: { 'anthropic-beta': betas },
        body: Buffer.from(JSON.stringify({ model: 'main', max_tokens: 9, messages, ...fields })),
        signal: new AbortController().signal,
      },
      { head: () => undefined, write: () => true, onDrain: () => undefined, end: () => undefined },
    );
    if (record === undefined) throw new Error('nothing was recorded');
    return record;
  };
  const usual = ['model', 'max_tokens', 'messages', 'max_completion_tokens', 'stream'];
  const sent: Scene['sent'] = () =>
    host.upstream.requests.map(({ headers, body }) => ({
      betas: headers['anthropic-beta'],
      fields: Object.keys(JSON.parse(Buffer.concat([body ?? []].flat()).toString())).filter(
        (name) => !usual.includes(name),
      ),
    }));
  return { host, ask, sent };
}

const context = 'context-management-2025-06-27';
const thinking = 'interleaved-thinking-2025-05-14';
const scope = 'prompt-caching-scope-2026-01-05';
const context_management = { edits: [] };

function unexpected(...betas: readonly string[]): string {
  const list = betas.map((beta) => `\`${beta}\``).join(', ');
  return `Unexpected value(s) ${list} for the \`anthropic-beta\` header. Please consult our documentation at docs.anthropic.com or try again without the header.`;
}

const inLitellm = JSON.stringify({
  type: 'error',
  error: { type: 'invalid_request_error', message: unexpected(scope) },
});

describe('after a refusal that names', () => {
  it.each<[string, string, string, object, string | undefined, readonly string[], string]>([
    [
      'a beta, it goes with its field',
      unexpected(context),
      `${thinking},${context}`,
      { context_management, metadata: {} },
      thinking,
      ['metadata'],
      `asked without context_management and the beta ${context}`,
    ],
    [
      'several betas, all of them go',
      unexpected(context, scope),
      `${context}, ${thinking}, ${scope}`,
      {},
      thinking,
      [],
      `asked without the beta ${context}, ${scope}`,
    ],
    [
      'a beta in the words of a proxy, the rest stays',
      `${inLitellm}. Received Model Group=m`,
      `${scope},${thinking}`,
      { context_management },
      thinking,
      ['context_management'],
      `asked without the beta ${scope}`,
    ],
    [
      'the only beta, the header goes',
      unexpected(thinking),
      thinking,
      {},
      undefined,
      [],
      `asked without the beta ${thinking}`,
    ],
    [
      'a window that the plan has not, its beta goes',
      'The long context beta is not yet available for this subscription.',
      `context-1m-2025-08-07,${thinking}`,
      {},
      thinking,
      [],
      'asked without the beta context-1m-2025-08-07',
    ],
    [
      'no beta of several, all go with their fields',
      'invalid beta flag',
      `${context},${thinking}`,
      { context_management },
      undefined,
      [],
      `asked without context_management and the beta ${context}, ${thinking}`,
    ],
    [
      'a field, its beta goes with it',
      'context_management: Extra inputs are not permitted',
      `${thinking},${context}`,
      { context_management },
      thinking,
      [],
      `asked without context_management and the beta ${context}`,
    ],
    [
      'a part of a field, what else is in it stays',
      unexpected('effort-2025-11-24'),
      `effort-2025-11-24,${thinking}`,
      { output_config: { effort: 'high', format: {} } },
      thinking,
      ['output_config'],
      'asked without output_config.effort and the beta effort-2025-11-24',
    ],
  ])('%s', async (_, message, betas, fields, kept, left, note) => {
    const { host, ask, sent } = setUp();
    host.upstream.enqueue(refusal(message), good, good);
    expect((await ask(betas, fields)).notes).toContain(note);
    // and the next request goes there so at once
    expect((await ask(betas, fields)).notes).toContain(note);
    expect(sent()).toEqual([
      { betas, fields: Object.keys(fields) },
      { betas: kept, fields: left },
      { betas: kept, fields: left },
    ]);
    host.upstream.assertAllUsed();
  });
});

it.each([
  ['scope', 'global', scope, unexpected(scope)],
  [
    'scope',
    'global',
    scope,
    'system.0.cache_control.ephemeral.scope: Extra inputs are not permitted',
  ],
  ['scope', 'global', scope, 'tools.0.custom.cache_control.scope: Extra inputs are not permitted'],
  ['ttl', '1h', 'extended-cache-ttl-2025-04-11', 'invalid beta flag'],
])(
  'a refused %s of cache marks goes from all of them, with its beta (%s, %s): %s',
  async (field, value, beta, message) => {
    const { host, ask } = setUp();
    host.upstream.enqueue(refusal(message), good);
    const { notes } = await ask(beta, marked({ [field]: value }));
    expect(notes).toContain(`asked without cache_control.${field} and the beta ${beta}`);
    const [, last] = host.upstream.requests;
    expect(last?.headers).not.toHaveProperty('anthropic-beta');
    const body = JSON.parse(Buffer.concat([last?.body ?? []].flat()).toString());
    expect(body).toMatchObject(marked({}));
    expect(JSON.stringify(body)).not.toContain(value);
  },
);

it('a refused field of cache marks goes without a beta too, and is told', async () => {
  const { host, ask, sent } = setUp();
  const message = 'system.0.cache_control.ephemeral.ttl: Extra inputs are not permitted';
  host.upstream.enqueue(refusal(message), good);
  const { cache_control: _, ...fields } = { cache_control: 0, ...marked({ ttl: '1h' }) };
  expect((await ask(thinking, fields)).notes).toContain('asked without cache_control.ttl');
  expect(sent().map(({ betas }) => betas)).toEqual([thinking, thinking]);
});

describe('a refusal is passed on', () => {
  it.each([
    ['of a beta that nobody asked for', unexpected('other-2026-01-01'), thinking, {}],
    ['of no beta at all', 'invalid beta flag', '', {}],
    [
      'of a beta whose field is what was asked for',
      unexpected('mcp-client-2025-11-20'),
      'mcp-client-2025-11-20',
      { mcp_servers: [{}] },
    ],
    [
      'of a field that is what was asked for',
      'container: Extra inputs are not permitted',
      'skills-2025-10-02',
      { container: {} },
    ],
  ])('%s', async (_, message, betas, fields) => {
    const { host, ask, sent } = setUp();
    host.upstream.enqueue(refusal(message));
    expect((await ask(betas, fields)).outcome).not.toBe('answered');
    expect(sent()).toHaveLength(1);
  });
});

it('leaves both out for a target of another protocol, and says so', async () => {
  const { host, ask, sent } = setUp('openai-chat');
  const message = { role: 'assistant', content: 'ok' };
  const answer = { choices: [{ index: 0, message, finish_reason: 'stop' }] };
  host.upstream.enqueue({ headers: json, chunks: [JSON.stringify(answer)] });
  const { notes } = await ask(context, { context_management });
  expect(sent()).toEqual([{ betas: undefined, fields: [] }]);
  expect(notes?.join()).toContain('context_management');
});
