/**
 * The relay leg is byte-exact: what the caller receives of a recorded stream is what the provider
 * sent, chunk boundaries aside.
 */

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { requestIn, type Tongue, tongues } from './protocol-cases.ts';
import { relay } from './relay-bytes.ts';

let sim: SimulatedProvider;
beforeAll(async () => {
  sim = await startSimulatedProvider();
});
afterAll(() => sim.close());

const hello = { role: 'user', content: 'héllo ☃ 👩‍🌾, look_up' };
const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
};
const tools: Readonly<Record<string, object>> = {
  'openai-chat': { type: 'function', function: { name: 'look_up', parameters: schema } },
  'openai-responses': { type: 'function', name: 'look_up', parameters: schema },
  'anthropic-messages': { name: 'look_up', input_schema: schema },
  'google-generate-content': {
    functionDeclarations: [{ name: 'look_up', parametersJsonSchema: schema }],
  },
};
const models = [
  'plain',
  'thinking',
  'redacted-thinking',
  'crlf',
  'keepalive-comments',
  'long-80',
  'tools',
];

/** The bytes of a real stream over a real socket. */
async function record(tongue: Tongue, model: string): Promise<Buffer> {
  const offered = model === 'tools' ? { tools: [tools[tongue.protocol]] } : {};
  const asked = {
    model: `sim/${model}`,
    stream: true,
    ...tongue.fields,
    messages: [hello],
    ...offered,
  };
  const { path, query, bytes } = requestIn(tongue, asked);
  const response = await fetch(`${sim.origin}${path}?${query}`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-sim-good', 'anthropic-version': '2023-06-01' },
    body: bytes,
  });
  return Buffer.from(await response.arrayBuffer());
}

/** Clients of Google's format get no comments: google-comments.test.ts says why. */
function withoutUnread({ protocol }: Tongue, bytes: Buffer): Buffer {
  if (protocol !== 'google-generate-content') return bytes;
  return Buffer.from(bytes.toString().replace(/^:.*\n\n/gm, ''));
}

/** Cut where the marks say, each a share of the whole. */
function cutAt(bytes: Buffer, marks: readonly number[]): readonly Buffer[] {
  const places = [
    0,
    ...marks.map((mark) => Math.floor(mark * bytes.length)).sort((a, b) => a - b),
    bytes.length,
  ];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

describe.each(tongues.map((tongue) => [tongue.protocol, tongue] as const))(
  'a recorded stream of %s',
  (_name, tongue) => {
    it.each(models)('%s arrives as it was sent, at once and byte by byte', async (model) => {
      const bytes = await record(tongue, model);
      const sent = withoutUnread(tongue, bytes);
      expect(await relay(tongue, [bytes])).toEqual(sent);
      const single = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
      expect(await relay(tongue, single)).toEqual(sent);
    });

    it('arrives as it was sent however it is cut', async () => {
      const bytes = await record(tongue, 'thinking');
      const marks = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
      await fc.assert(
        fc.asyncProperty(marks, async (cuts) => {
          expect((await relay(tongue, cutAt(bytes, cuts))).equals(bytes)).toBe(true);
        }),
        { numRuns: 50, seed: 20261121 },
      );
    });
  },
);
