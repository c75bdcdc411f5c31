/**
 * Where the gateway listens: flag over environment over config, and a port in use named in one
 * sentence.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startGateway } from '../../src/gateway/server.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import { createRuntime } from '../../src/runtime.ts';

const key = `hf_test_${'l'.repeat(24)}`;
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-listen-'));
});
afterEach(() => rmSync(home, { recursive: true }));

interface Wanted {
  readonly config?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly flags?: { readonly host?: string; readonly port?: number };
}

/** A gateway over a config file; resolves with its address, or rejects with why not. */
async function listen({ config = '', environment = {}, flags = {} }: Wanted): Promise<string> {
  const provider =
    'providers: {local: {base_url: "http://127.0.0.1:9/v1", protocol: openai-chat, auth: none}}';
  writeFileSync(join(home, 'config.yaml'), `main: local/m\n${provider}\n${config}\n`);
  const host = createNodeHost({ HOLDFAST_HOME: home, ...environment });
  const runtime = createRuntime({ host, flags });
  try {
    const gateway = await startGateway({ runtime, key });
    const health = await fetch(`${gateway.url}/healthz`);
    await gateway.close();
    return `${gateway.url} ${health.status}`;
  } finally {
    await runtime.close();
    await host.close();
  }
}

/** Ports that are free at this moment. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => occupy()));
  await Promise.all(servers.map(({ end }) => end()));
  return servers.map(({ port }) => port);
}

function occupy(): Promise<{ readonly port: number; end(): Promise<void> }> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      resolve({ port, end: () => new Promise((ended) => server.close(() => ended())) });
    });
  });
}

describe('the gateway', () => {
  it.each(['', 'short', `hf test ${'k'.repeat(24)}`])(
    'does not listen with an invalid key: "%s"',
    async (none) => {
      writeFileSync(
        join(home, 'config.yaml'),
        'main: local/m\nproviders: {local: {base_url: "http://127.0.0.1:9/v1", protocol: openai-chat, auth: none}}\n',
      );
      const runtime = createRuntime({ host: createNodeHost({ HOLDFAST_HOME: home }) });
      await expect(startGateway({ runtime, key: none })).rejects.toMatchObject({
        code: 'config-invalid',
        message: '`key` of startGateway() holds no usable gateway key',
      });
      await runtime.close();
    },
  );

  it('listens where `gateway` says, unless HOLDFAST_PORT, unless --port say otherwise', async () => {
    const [first, second, third] = await freePorts(3);
    const config = `gateway: {host: 127.0.0.1, port: ${first}}`;
    const environment = { HOLDFAST_PORT: String(second) };
    const flags = { port: third ?? 0 };
    expect(await listen({ config })).toBe(`http://127.0.0.1:${first} 200`);
    expect(await listen({ config, environment })).toBe(`http://127.0.0.1:${second} 200`);
    expect(await listen({ config, environment, flags })).toBe(`http://127.0.0.1:${third} 200`);
  });

  it('listens on the address of `gateway.host`, HOLDFAST_HOST or --host', async () => {
    const config = 'gateway: {host: 127.0.0.2, port: 0}';
    const environment = { HOLDFAST_HOST: '127.0.0.3' };
    expect(await listen({ config })).toMatch(/^http:\/\/127\.0\.0\.2:\d+ 200$/);
    expect(await listen({ config, environment })).toMatch(/^http:\/\/127\.0\.0\.3:\d+ 200$/);
    expect(await listen({ config, environment, flags: { host: 'localhost' } })).toMatch(
      /^http:\/\/localhost:\d+ 200$/,
    );
  });

  it('says in one sentence that its port is in use', async () => {
    const other = await occupy();
    const listening = listen({ config: `gateway: {port: ${other.port}}` });
    await expect(listening).rejects.toMatchObject({
      code: 'port-in-use',
      message: `127.0.0.1:${other.port} is in use by another program`,
      fix: {
        text: 'choose another with --port, HOLDFAST_PORT or gateway.port, or stop that program',
      },
    });
    await other.end();
  });

  it('says that an address is not one of this machine', async () => {
    await expect(listen({ config: 'gateway: {host: 192.0.2.1, port: 0}' })).rejects.toMatchObject({
      code: 'cannot-listen',
      message: expect.stringMatching(/^cannot listen on 192\.0\.2\.1:0/),
      fix: { text: expect.stringContaining('gateway.host') },
    });
  });

  it.each(['', ' '])('refuses --host "%s", which would be every address', async (host) => {
    await expect(listen({ flags: { host } })).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('--host: is empty'),
    });
  });

  it('says who sets HOLDFAST_PORT in a pod, where its service is named holdfast', async () => {
    const environment = { HOLDFAST_PORT: 'tcp://10.96.0.12:4653' };
    await expect(listen({ environment })).rejects.toMatchObject({
      message: expect.stringMatching(/Kubernetes.*enableServiceLinks: false/s),
    });
  });

  it.each(['http', '65536', '-1', '4653.5'])('refuses HOLDFAST_PORT=%s', async (HOLDFAST_PORT) => {
    await expect(listen({ environment: { HOLDFAST_PORT } })).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining(
        `HOLDFAST_PORT: "${HOLDFAST_PORT}" is not a port (0 to 65535)`,
      ),
    });
  });
});
