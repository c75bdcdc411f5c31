/** Any word ends a simulated answer, in every protocol, streamed and whole, over real sockets. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askIn, protocols } from '../../test/streams/answers.ts';
import { type SimulatedProvider, startSimulatedProvider } from './index.ts';

let sim: SimulatedProvider;

beforeAll(async () => {
  sim = await startSimulatedProvider({});
});
afterAll(() => sim.close());

const own = {
  'openai-chat': 'stop',
  'openai-responses': 'completed',
  'anthropic-messages': 'end_turn',
} as const;
const ends = { ...own, 'google-generate-content': 'STOP' };

async function tell(
  protocol: (typeof protocols)[number],
  isStreamed: boolean,
  model: string,
): Promise<string> {
  const { path, query, body } = askIn(protocol, isStreamed);
  const url = `${sim.url.replace(/\/v1$/, '')}${path.replace('/main', `/${encodeURIComponent(model)}`)}`;
  const response = await fetch(query === undefined ? url : `${url}?${query}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
      authorization: 'Bearer sk-sim-good',
    },
    body: JSON.stringify('model' in body ? { ...body, model } : body),
  });
  expect(response.status).toBe(200);
  return response.text();
}

describe.each(
  protocols.flatMap((protocol) => [true, false].map((streams) => [protocol, streams] as const)),
)('%s, streamed: %s', (protocol, isStreamed) => {
  it.each(['network_error', 'OTHER', 'eos', 'cancelled'])('ends with %s', async (word) => {
    const told = await tell(protocol, isStreamed, `sim/finish-${word}`);
    expect(told).toContain(`"${word}"`);
    if (protocol !== 'openai-responses') expect(told).not.toContain(`"${ends[protocol]}"`);
  });

  it('ends without a word', async () => {
    const told = await tell(protocol, isStreamed, 'sim/finish-null');
    expect(told).toMatch(/"(?:finish_reason|finishReason|stop_reason|status)":null/);
    expect(told).not.toMatch(/"(?:finish_reason|finishReason|stop_reason)":"/);
  });

  it('ends with a word before it has said everything', async () => {
    const told = await tell(protocol, isStreamed, 'sim/finish-error-after-40');
    expect(told).toContain('"error"');
    expect(told).toContain('~40/60');
    expect(told).not.toContain('~41/60');
  });

  it('ends with its own word by itself', async () => {
    expect(await tell(protocol, isStreamed, 'sim/plain')).toContain(`"${ends[protocol]}"`);
  });
});
