/**
 * The host that a request names: ours, or refused; one, and in an absolute target it counts before
 * the header.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type RawAnswer, sendRaw } from './raw-request.ts';

const key = `hf_test_${'o'.repeat(24)}`;
let runtime: Runtime;
let gateway: Gateway;

beforeAll(async () => {
  const one = { base_url: 'http://127.0.0.1:9/v1', protocol: 'openai-chat', auth: 'none' };
  runtime = createRuntime({
    config: {
      main: 'one/m',
      providers: { one },
      gateway: { port: 0, allowed_hosts: ['Box.local'] },
    },
  });
  gateway = await startGateway({ runtime, key });
});

afterAll(async () => {
  await gateway.close();
  await runtime.close();
});

describe('the Host header', () => {
  const ask = (host: string): Promise<number> =>
    sendRaw(gateway.port, [
      `GET /v1/models HTTP/1.1\r\nhost: ${host}\r\nx-api-key: ${key}\r\n\r\n`,
    ]).then(({ status }) => status);

  it.each(['127.0.0.1', '127.0.0.1:4653', 'LOCALHOST:80', '[::1]:4653', 'box.local:4653'])(
    '%s is ours',
    async (host) => {
      expect(await ask(host)).toBe(200);
    },
  );

  it.each(['evil.test', 'evil.test:4653', '127.0.0.1.evil.test', 'localhost.'])(
    '%s is foreign, and refused (DNS rebinding)',
    async (host) => {
      const { status, body } = await sendRaw(gateway.port, [
        `GET /v1/models HTTP/1.1\r\nhost: ${host}\r\nx-api-key: ${key}\r\n\r\n`,
      ]);
      expect(status).toBe(403);
      expect(JSON.parse(body).error).toMatchObject({
        code: 'host_not_allowed',
        message: expect.stringContaining('gateway.allowed_hosts'),
      });
    },
  );
});

describe('a target in absolute form', () => {
  const ask = (target: string, host: string): Promise<RawAnswer> =>
    sendRaw(gateway.port, [`GET ${target} HTTP/1.1\r\nhost: ${host}\r\nx-api-key: ${key}\r\n\r\n`]);

  it.each([
    ['http://127.0.0.1:4653/v1/models', '127.0.0.1'],
    ['HTTP://localhost/v1/models?limit=1', 'localhost'],
    ['http://box.local/v1/models', 'elsewhere.test'],
    ['http://localhost', 'localhost'],
    ['http://localhost?x=/v1', 'localhost'],
  ])('is served: %s', async (target, host) => {
    expect((await ask(target, host)).status).toBe(200);
  });

  it.each([
    ['http://evil.test/v1/models', '127.0.0.1'],
    ['http:///v1/models', '127.0.0.1'],
  ])('is refused where its host is foreign, whatever the header says: %s', async (target, host) => {
    const { status, body } = await ask(target, host);
    const { code, message } = JSON.parse(body).error;
    expect([status, code]).toEqual([403, 'host_not_allowed']);
    expect(message).toMatch(/is no HTTP proxy.*take its address out of HTTP_PROXY/);
  });
});

it('CONNECT is told that this is no proxy', async () => {
  const { status, body } = await sendRaw(gateway.port, [
    'CONNECT api.vendor.test:443 HTTP/1.1\r\nhost: api.vendor.test:443\r\n\r\n',
  ]);
  expect([status, JSON.parse(body).error.message]).toEqual([
    405,
    expect.stringMatching(/is no HTTP proxy.*HTTPS_PROXY of that program/),
  ]);
});

it.each(['/v1/models', '/healthz'])('two Host headers are refused: %s', async (path) => {
  const { status, body, hasEnded } = await sendRaw(gateway.port, [
    `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: ${key}\r\nHost: 127.0.0.1\r\n\r\n`,
  ]);
  expect([status, hasEnded, JSON.parse(body).error.code]).toEqual([400, true, 'request_invalid']);
  expect(body).toContain('more than one Host header. To fix: send one');
});
