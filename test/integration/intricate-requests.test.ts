/**
 * Requests that would cost more than they are worth: one caller with a key sends tens of megabytes
 * that are no conversation, to a target that they must be translated for. He hears 400; the others
 * are answered meanwhile, and the process lives in the memory it has.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts';

const home = mkdtempSync(join(tmpdir(), 'holdfast-intricate-'));
/** Megabytes of objects that the gateway may hold: a third more than it takes to stand there. */
const heapMb = 96;
/**
 * Nobody waits longer for somebody else's request: half a second at a quiet hour, and this much
 * where all tests run at once.
 */
const longestWaitMs = 15_000;
let sim: SimulatedProvider;
let gateway: GatewayProcess;

beforeAll(async () => {
  sim = await startSimulatedProvider();
  const provider = (protocol: string): string =>
    `{ base_url: "${sim.url}", protocol: ${protocol}, api_key: sk-sim-good }`;
  writeFileSync(
    join(home, 'config.yaml'),
    `main: foreign/sim/plain\nproviders:\n  foreign: ${provider('anthropic-messages')}\n  near: ${provider('openai-chat')}\n`,
  );
  gateway = await startGatewayProcess(home, { NODE_OPTIONS: `--max-old-space-size=${heapMb}` });
});
afterAll(async () => {
  await gateway.stop();
  await sim.close();
  rmSync(home, { recursive: true });
});

async function send(
  body: string | Buffer,
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${gateway.url}/v1/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: Buffer.from(body),
  });
  return { status: response.status, text: await response.text() };
}

/**
 * What others get, one after the other, until the work is done; and how long the slowest of them
 * waited.
 */
async function othersDuring(
  work: Promise<unknown>,
): Promise<{ readonly statuses: ReadonlySet<number>; readonly slowestMs: number }> {
  const statuses = new Set<number>();
  let slowestMs = 0;
  let isOver = false;
  const over = work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const startedAt = performance.now();
    statuses.add((await gateway.ask('near/sim/plain')).status);
    slowestMs = Math.max(slowestMs, performance.now() - startedAt);
  }
  await over;
  return { statuses, slowestMs };
}

const mb = 1_000_000;
const filled = (start: string, item: string, megabytes: number, end: string): Buffer =>
  Buffer.concat([
    Buffer.from(start),
    Buffer.alloc(Math.floor((megabytes * mb) / item.length) * item.length, item),
    Buffer.from(end),
  ]);

describe('a request that is no conversation', () => {
  it.each([
    ['1 MB of zeros', filled('{"model":"main","input":[', '0,', 1, '0]}'), /more than \d+ values/],
    [
      '62 MB of zeros',
      filled('{"model":"main","input":[', '0,', 62, '0]}'),
      /more than \d+ values/,
    ],
    [
      '20 MB of empty objects',
      filled('{"model":"main","input":[', '{},', 20, '{}]}'),
      /more than \d+ values/,
    ],
    [
      'zeros in the content of a message',
      filled('{"model":"main","input":[{"role":"user","content":[', '0,', 0.19, '0]}]}'),
      /input\.0\.content\.0/,
    ],
    [
      'fields whose names are escaped',
      filled('{"model":"main","input":{', '"\\u0061":1,', 12, '"b":1}}'),
      /more than \d+ values/,
    ],
    [
      'a model whose name is escaped, and zeros',
      filled('{"mod\\u0065l":"main","input":[', '0,', 12, '0]}'),
      /more than \d+ values/,
    ],
    [
      "ids that may be somebody's",
      filled('{"model":"main","input":[', '{"id":1},', 12, '0]}'),
      /more than \d+ values/,
    ],
    ['brackets', filled('{"model":"main","input":', '[', 12, ''), /levels deep/],
    [
      'a model that is a list of lists',
      filled('{"input":"hi","model":[', '[],', 20, '[]]}'),
      /model..? must be a non-empty/,
    ],
    [
      'a wish for reasoning of 12 MB of spaces',
      filled('{"model":"main","input":[0],"reasoning":[', ' ', 12, ']}'),
      /input\.0|reasoning/,
    ],
  ])(
    'of %s gets 400, and the others their answers',
    { timeout: 60_000 },
    async (_what, body, says) => {
      const sending = send(body);
      const others = await othersDuring(sending);
      const { status, text } = await sending;
      expect({ status, text }).toEqual({ status: 400, text: expect.stringMatching(says) });
      expect([...others.statuses]).toEqual([200]);
      expect(others.slowestMs).toBeLessThan(longestWaitMs);
      expect(gateway.said()).not.toMatch(/local-fault|local_fault/);
    },
  );

  it('leaves the gateway as it was: a long conversation is translated and answered', async () => {
    const turns = Array.from({ length: 3000 }, (_, turn) => [
      { type: 'function_call', call_id: `call_${turn}`, name: 'read', arguments: '{"path":"a"}' },
      { type: 'function_call_output', call_id: `call_${turn}`, output: 'line\n'.repeat(200) },
    ]).flat();
    const { status } = await send(
      JSON.stringify({ model: 'main', input: [{ role: 'user', content: 'go on' }, ...turns] }),
    );
    expect(status).toBe(200);
  });
});

describe('broken JSON that must be translated', () => {
  it.each([
    [
      'a comma too many',
      '{"model":"main","input":[{"role":"user","content":"my secret plan",}]}',
      /there is a comma before } \(line 1, column 68, byte 67\)/,
    ],
    [
      'a raw line break',
      '{"model":"main",\n"input":"my secret\nplan"}',
      /unescaped line break, .* character \(line 2, column 19, byte 35\)/,
    ],
    [
      'an invalid number',
      '{"model":"main","input":[NaN]}',
      /is missing \(line 1, column 26, byte 25\)/,
    ],
  ])('is 400 that says where and why: %s', async (_what, body, says) => {
    const { status, text } = await send(body);
    expect({ status, ...JSON.parse(text).error }).toMatchObject({
      status: 400,
      code: 'request_invalid',
      message: expect.stringMatching(says),
    });
    expect(gateway.said()).not.toMatch(/secret|at .*\.ts:\d|local-fault/);
  });
});
