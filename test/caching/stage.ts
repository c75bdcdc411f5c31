/**
 * An engine on a fake host in front of a Claude model whose cache is kept as Anthropic's page says,
 * and clients of three protocols.
 */

import { createRuntime } from '../../src/runtime.ts';
import { createFakeHost } from '../fakes/fake-host.ts';
import { ClaudeCache, readBlocks, type Tokens } from './claude-cache.ts';

const paths: Readonly<Record<string, string>> = {
  'openai-chat': '/v1/chat/completions',
  'openai-responses': '/v1/responses',
  'google-generate-content': '/v1beta/models/main:generateContent',
};

export interface Asking {
  readonly protocol: string;
  readonly body: object;
  readonly caller?: string;
}

/** What was read of what could have been. */
export function sumOf(
  sent: readonly { readonly tokens: Tokens }[],
): Pick<Tokens, 'read' | 'ideal'> {
  const sum = (of: 'read' | 'ideal'): number =>
    sent.reduce((total, { tokens }) => total + tokens[of], 0);
  return { read: sum('read'), ideal: sum('ideal') };
}

/** `settings`: of the provider. */
export function startCaching({ minimum = 1024, model = 'claude-sonnet-4-5', settings = {} } = {}) {
  const host = createFakeHost();
  const cache = new ClaudeCache(minimum);
  const sent: { body: string; tokens: Tokens }[] = [];
  host.upstream.answerBy((request) => {
    const body = String(request.body);
    const blocks = readBlocks(body);
    const tokens = cache.ask(blocks, host.clock.now());
    sent.push({ body, tokens });
    const all = blocks.reduce((sum, block) => sum + block.tokens, 0);
    const usage = {
      input_tokens: all - tokens.read - tokens.written,
      cache_read_input_tokens: tokens.read,
      cache_creation_input_tokens: tokens.written,
      output_tokens: 1,
    };
    const content = [{ type: 'text', text: 'well' }];
    const answer = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content };
    return {
      headers: { 'content-type': 'application/json' },
      chunks: [JSON.stringify({ ...answer, stop_reason: 'end_turn', usage })],
    };
  });
  const key = `sk-test-${'x'.repeat(20)}`;
  const runtime = createRuntime({
    host,
    config: {
      main: { provider: 'anthropic', model },
      auxiliary: { title_generation: { provider: 'auto' } },
      providers: { anthropic: { api_key: key, protocol: 'anthropic-messages', ...settings } },
    },
  });
  return {
    host,
    runtime,
    sent,
    async ask({ protocol, body, caller = 'agent' }: Asking): Promise<number> {
      const told = { status: 0, isOver: false };
      const named = protocol === 'google-generate-content' ? body : { model: 'main', ...body };
      const exchange = runtime
        .exchange(
          {
            method: 'POST',
            path: paths[protocol] ?? '',
            headers: { 'user-agent': caller },
            body: Buffer.from(JSON.stringify(named)),
            signal: new AbortController().signal,
          },
          {
            head: (status) => {
              told.status = status;
            },
            write: () => true,
            onDrain: (resume) => resume(),
            end: () => undefined,
          },
        )
        .finally(() => {
          told.isOver = true;
        });
      while (!told.isOver) await host.advance(10);
      await exchange;
      return told.status;
    },
  };
}
