/**
 * The relay leg over scripted bytes: what the provider sends goes in, what the caller receives
 * comes out.
 */

import { createRuntime } from '../../src/runtime.ts';
import { createFakeHost } from '../fakes/fake-host.ts';
import { requestIn, type Tongue } from './protocol-cases.ts';

/** What the caller gets when the provider sends these pieces. */
export async function relay(tongue: Tongue, pieces: readonly Buffer[]): Promise<Buffer> {
  const host = createFakeHost();
  const one = {
    base_url: 'https://one.test/v1',
    protocol: tongue.protocol,
    api_key: 'sk-test-bytes-only',
  };
  const runtime = createRuntime({ host, config: { main: 'one/m', providers: { one } } });
  host.upstream.enqueue({ headers: { 'content-type': 'text/event-stream' }, chunks: [...pieces] });
  const got: Uint8Array[] = [];
  const messages = [{ role: 'user', content: 'hello' }];
  const asked = { model: 'main', stream: true, ...tongue.fields, messages };
  const { path, query, bytes } = requestIn(tongue, asked);
  void runtime.exchange(
    {
      method: 'POST',
      path,
      query,
      headers: {},
      body: bytes,
      signal: new AbortController().signal,
    },
    {
      head: () => undefined,
      write: (chunk) => got.push(Uint8Array.from(chunk)) > 0,
      onDrain: (resume) => resume(),
      end: (chunk) => void (chunk === undefined || got.push(Uint8Array.from(chunk))),
    },
  );
  await host.advance(1000);
  await runtime.close();
  return Buffer.concat(got);
}
