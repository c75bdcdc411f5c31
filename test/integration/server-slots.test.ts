/**
 * A gateway as its users run it asks a local server, beside all requests, how many of them that
 * answers at a time.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts';

const home = mkdtempSync(join(tmpdir(), 'holdfast-slots-'));
let gateway: GatewayProcess | undefined;
const asked = Promise.withResolvers<string>();
const server = createServer((request, response) => {
  asked.resolve(`${request.method} ${request.url}`);
  response.setHeader('content-type', 'application/json').end('{"total_slots":1}');
});
afterAll(async () => {
  await gateway?.stop();
  server.close();
  rmSync(home, { recursive: true });
});

it('asks once it has started, before anybody asks a model', async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const provider = `{base_url: "http://127.0.0.1:${port}/v1", protocol: openai-chat, auth: none}`;
  writeFileSync(join(home, 'config.yaml'), `main: mine/m\nproviders:\n  mine: ${provider}\n`);
  gateway = await startGatewayProcess(home);
  expect(await asked.promise).toBe('GET /props');
});
