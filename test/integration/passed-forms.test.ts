/**
 * Forms that pass through, over real sockets: the model is found wherever it stands, and an odd
 * form is refused before anybody is asked.
 */

import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';

const key = `hf_test_${'k'.repeat(24)}`;
const form = (fields: readonly (readonly [string, string])[], boundary = 'edge'): string =>
  `${fields.map(([head, value]) => `--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${value}\r\n`).join('')}--${boundary}--\r\n`;

let sim: SimulatedProvider;
let runtime: Runtime;
let gateway: Gateway;

beforeAll(async () => {
  sim = await startSimulatedProvider();
  const config = {
    main: 'sim/plain',
    providers: { sim: { base_url: sim.url, protocol: 'openai-chat', api_key: 'sk-sim-good' } },
    gateway: { port: 0 },
  };
  runtime = createRuntime({ config });
  gateway = await startGateway({ runtime, key });
});
beforeEach(() => sim.reset());
afterAll(async () => {
  await gateway.close();
  await runtime.close();
  await sim.close();
});

async function messageOf(answer: Response): Promise<string> {
  return JSON.stringify(await answer.json());
}

function send(path: string, init: RequestInit): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, ...init.headers };
  return fetch(`${gateway.url}${path}`, { ...init, method: 'POST', headers });
}

describe('a form', () => {
  const post = (body: string, type = 'multipart/form-data; boundary=edge'): Promise<Response> =>
    send('/v1/audio/transcriptions', { headers: { 'content-type': type }, body });
  const file = [
    'name="file"; filename="a.mp3"\r\nContent-Type: audio/mpeg',
    '\u0000--edg\r\n--',
  ] as const;

  it('may stand last, and is replaced where it stands', async () => {
    const answer = await post(form([file, ['name="model"', 'sim/whisper-1']]));
    expect(await answer.json()).toEqual({ text: 'heard a.mp3 (10 bytes)' });
    expect(sim.log()[0]?.model).toBe('whisper-1');
  });

  it.each([
    [
      'two',
      form([['name="model"', 'sim/a'], ['name=model', 'sim/b'], file]),
      /more than one field/,
    ],
    ['none', form([file]), /no field/],
    ['a file', form([['name="model"; filename="model"', 'sim/a'], file]), /no field/],
    ['an empty one', form([['name="model"', ''], file]), /no field/],
    ['no end', form([['name="model"', 'sim/a']]).slice(0, -6), /does not end with its boundary/],
    [
      'another boundary',
      form([['name="model"', 'sim/a']], 'ledge'),
      /does not end with its boundary/,
    ],
  ])('%s: 400 that says so', async (_name, body, message) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(await messageOf(answer)).toMatch(message);
    expect(sim.log()).toEqual([]);
  });

  it('a body that is not packed as it says: 400 that says so', async () => {
    const headers = {
      'content-type': 'multipart/form-data; boundary=edge',
      'content-encoding': 'gzip',
    };
    const answer = await send('/v1/files', { headers, body: form([file]) });
    expect([answer.status, await messageOf(answer)]).toEqual([
      400,
      expect.stringContaining('cannot be decompressed as gzip'),
    ]);
  });

  it('a packed body is read as a plain one', async () => {
    const headers = {
      'content-type': 'multipart/form-data; boundary=edge',
      'content-encoding': 'gzip',
    };
    const answer = await send('/v1/audio/transcriptions', {
      headers,
      body: gzipSync(form([['name="model"', ''], file])),
    });
    expect([answer.status, await messageOf(answer)]).toEqual([
      400,
      expect.stringMatching(/no field/),
    ]);
  });

  it('a missing boundary: 400 that says so', async () => {
    const answer = await post(form([file]), 'multipart/form-data');
    expect(await messageOf(answer)).toMatch(/names no boundary/);
  });
});
