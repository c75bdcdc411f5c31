/** Which upgrades become a WebSocket, and what becomes of one whose client sends anything. */

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addCallerKey } from '../../src/gateway/caller-keys.ts';
import { adminKey, type KeyedGateway, key, startKeyedGateway } from './keyed-gateway.ts';
import { encodeFrame, oddFrames, sendFrames } from './odd-frames.ts';
import { sendRaw } from './raw-request.ts';
import { openSocket } from './websocket-client.ts';

let stage: KeyedGateway;

beforeAll(async () => {
  stage = await startKeyedGateway(({ url }) => ({
    main: 'sim/sim/echo',
    providers: { sim: { base_url: url, protocol: 'openai-responses', api_key: 'sk-sim-good' } },
    gateway: { port: 0, allowed_origins: ['https://page.test'] },
  }));
});
afterAll(() => stage.stop());

describe('an upgrade', () => {
  const upgrade = (lines: readonly string[], path = '/v1/responses') =>
    sendRaw(stage.gateway.port, [
      [
        `GET ${path} HTTP/1.1`,
        'connection: Upgrade',
        'upgrade: websocket',
        'sec-websocket-version: 13',
        'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
        ...lines,
        '',
        '',
      ].join('\r\n'),
    ]);
  const host = 'host: 127.0.0.1';
  const own = `authorization: Bearer ${key}`;

  it.each([
    ['no key', [host], 401, 'gateway_key_wrong'],
    ['a wrong key', [host, 'authorization: Bearer hf_wrong_wrong_wrong'], 401, 'gateway_key_wrong'],
    ['the admin key', [host, `authorization: Bearer ${adminKey}`], 403, 'key_not_allowed'],
    ['a foreign host', ['host: evil.test', own], 403, 'host_not_allowed'],
    ['two hosts', [host, host, own], 400, 'request_invalid'],
    ['a foreign page', [host, own, 'origin: https://evil.test'], 403, 'origin_not_allowed'],
  ])('with %s is refused as a request is', async (_name, lines, status, code) => {
    const answer = await upgrade(lines);
    expect(answer).toMatchObject({ status, hasEnded: true });
    expect(JSON.parse(answer.body).error.code).toBe(code);
  });

  it('with its key in the address is refused', async () => {
    expect((await upgrade([host], `/v1/responses?key=${key}`)).status).toBe(401);
  });

  it('with an expired key is refused', async () => {
    const made = await addCallerKey(stage.place, { name: 'old', scope: 'call', expiresAt: 1 });
    const answer = await upgrade([host, `x-api-key: ${made}`]);
    expect([answer.status, answer.body]).toEqual([401, expect.stringContaining('expired')]);
  });

  it.each(['/v1/chat/completions', '/', '/v1/realtime', '/v1/responses/compact'])(
    'at %s is answered 426',
    async (path) => {
      expect(await upgrade([host, own], path)).toMatchObject({ status: 426, hasEnded: true });
    },
  );

  it('of a page that is allowed is taken', async () => {
    const client = await openSocket(`${stage.gateway.url}/v1/responses`, key, {
      origin: 'https://page.test',
    });
    expect((await client.ask()).at(-1)?.type).toBe('response.completed');
    client.socket.close();
  });
});

describe('a client that sends what it likes', () => {
  const right = { opcode: 1, isLast: true, reserved: 0, isMasked: true, error: 0 };
  const send = (head: object, payload: string | Buffer = '{}') =>
    sendFrames(stage.gateway.port, key, [
      encodeFrame({ head: { ...right, ...head }, payload: Buffer.from(payload) }),
    ]);

  it.each([
    ['a message longer than a body may be', { error: 64 * 1024 * 1024 }, '{}', 1009],
    ['a message that is no UTF-8', {}, Buffer.from([0xff, 0xfe]), 1007],
    ['bytes', { opcode: 2 }, '{}', 1003],
    ['a reserved bit', { reserved: 4 }, '{}', 1002],
    ['a message that is packed', { reserved: 1 }, '{}', 1002],
    ['an unknown opcode', { opcode: 11 }, '{}', 1002],
    ['a frame without a mask', { isMasked: false }, '{}', 1002],
    ['a piece of no message', { opcode: 0 }, '{}', 1002],
    ['a ping in pieces', { opcode: 9, isLast: false }, 'x', 1002],
    ['a close with an invalid code', { opcode: 8 }, Buffer.from([0, 1]), 1002],
  ])('is closed for %s', async (_name, head, payload, code) => {
    expect(await send(head, payload)).toMatchObject({ types: [], codes: [code] });
  });

  it('hears errors or a close with a code, whatever it sends', async () => {
    const kinds = new Set<string | number>();
    const play = async (frames: readonly Buffer[]): Promise<void> => {
      const { status, types, codes } = await sendFrames(stage.gateway.port, key, frames);
      expect(status).toBe('HTTP/1.1 101 Switching Protocols');
      for (const type of types) expect(type).toMatch(/^(error|response\.(created|completed))$/);
      for (const kind of [...types, ...codes]) kinds.add(kind);
      expect(codes.length).toBeLessThan(2);
      for (const code of codes) expect(code >= 1000 && code < 5000).toBe(true);
    };
    await fc.assert(fc.asyncProperty(oddFrames, play), { numRuns: 1000 });
    for (const kind of ['error', 'response.completed', 1002, 1003, 1007, 1009])
      expect(kinds).toContain(kind);
    await expect.poll(() => stage.gateway.inflight(), { timeout: 5000 }).toBe(0);
    const client = await openSocket(`${stage.gateway.url}/v1/responses`, key);
    expect((await client.ask()).at(-1)?.type).toBe('response.completed');
    client.socket.close();
  });
});
