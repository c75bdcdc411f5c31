/**
 * The streams of the corpus through the engine itself: what a live request makes of each, before
 * the commit and after it.
 */

import { describe, expect, it } from 'vitest';
import { type CorpusCase, readCases } from '../../../scripts/lib/failure-corpus.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import type { RequestRecord } from '../../model/record.ts';
import { createRuntime } from '../../runtime.ts';

/** Where a request of each protocol goes, and how it asks for the answer. */
const requests: Readonly<Record<string, { readonly path: string; readonly body: object }>> = {
  'openai-chat': {
    path: '/v1/chat/completions',
    body: { messages: [{ role: 'user', content: 'count' }] },
  },
  'openai-responses': { path: '/v1/responses', body: { input: 'count' } },
  'anthropic-messages': {
    path: '/v1/messages',
    body: { messages: [{ role: 'user', content: 'count' }] },
  },
};

const spoken = readCases().filter(({ protocol }) => protocol !== undefined && protocol in requests);

/**
 * One request to one target whose provider is named as in the corpus, so that its rules apply; only
 * the first attempt meets the stream.
 */
async function relay({
  provider,
  protocol = '',
  response,
  text,
}: CorpusCase): Promise<{ record: RequestRecord | undefined; written: string }> {
  const host = createFakeHost();
  const { path, body } = requests[protocol] ?? { path: '', body: {} };
  const main = { protocol, base_url: 'https://one.test/v1', api_key: 'sk-test-stream-corpus' };
  const runtime = createRuntime({
    host,
    config: { main: `${provider}/m`, providers: { [provider]: main } },
  });
  let written = '';
  const write = (chunk: Uint8Array): boolean => {
    written += Buffer.from(chunk).toString();
    return true;
  };
  host.upstream.enqueue({ headers: response.headers, chunks: [text] });
  void runtime.exchange(
    {
      method: 'POST',
      path,
      headers: {},
      body: Buffer.from(JSON.stringify({ model: 'main', stream: true, ...body })),
      signal: new AbortController().signal,
    },
    { head: () => undefined, write, onDrain: (resume) => resume(), end: () => undefined },
  );
  await host.advance(200_000);
  const [record] = runtime.records();
  await runtime.close();
  return { record, written };
}

describe('a live stream', () => {
  it.each(spoken.map((found) => [found.id, found] as const))('%s', async (_id, found) => {
    const { record, written } = await relay(found);
    const [first] = record?.attempts ?? [];
    const { class: expected, afterContent } = found.expect;
    expect(first?.failure?.class ?? null).toBe(expected);
    // Where nobody has a better answer, an empty one is passed on (law 9).
    expect(written.includes('"delta"')).toBe(afterContent || expected === 'empty');
  });
});
