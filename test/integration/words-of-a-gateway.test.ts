/**
 * A gateway as its users run it, with `records.content` off: no word of any prompt or answer in its
 * home, its log, its metrics, its spans, its admin API or its commands (law 2).
 */

import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findLeaks, privateConversation, privateText } from '../fakes/quoting-provider.ts';
import { Random } from '../simulation/random.ts';
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts';
import { requestIn, tongues } from './protocol-cases.ts';
import { type QuotingServer, startQuotingServer } from './quoting-server.ts';

const seed = 20261123;
const requests = 112;
const adminKey = `hf_${'a'.repeat(24)}`;
const shown = { authorization: `Bearer ${adminKey}` };

let home: string;
let provider: QuotingServer;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-words-'));
  provider = await startQuotingServer(seed);
});
afterEach(async () => {
  await provider.close();
  rmSync(home, { recursive: true });
});

/** Where spans are sent. */
async function startCollector(): Promise<{ url: string; collected: string[]; close(): void }> {
  const collected: string[] = [];
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => collected.push(chunk.toString()));
    request.on('end', () => response.end('{}'));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, collected, close: () => void server.close() };
}

/**
 * A provider for each request: marks of one keep no other from being asked. Half of them speak
 * another protocol than their caller.
 */
function configOf(url: string): object {
  const providers = Object.fromEntries(
    Array.from({ length: requests }, (_, index) => {
      const spoken = tongues[(index + (index % 8 < 4 ? 0 : 1)) % tongues.length];
      const own = { base_url: `${url}/p${index}/v1`, protocol: spoken?.protocol, pace: 'quick' };
      return [`p${index}`, { ...own, api_key: `sk-test-words-${index}-of-a-gateway` }];
    }),
  );
  const auxiliary = { title_generation: { provider: 'p1', model: 'm', fallback: 'none' } };
  return { main: 'p0/m', fallback_chain: ['p2/n'], max_wait: 1, providers, auxiliary };
}

/**
 * One request with private words in every place, told to the gateway by one of the callers'
 * protocols.
 */
async function askOnce(gateway: GatewayProcess, index: number): Promise<readonly string[]> {
  const random = new Random(seed + index);
  const { texts, messages } = privateConversation(random);
  const more = [privateText(random), privateText(random)];
  const tongue = tongues[index % tongues.length];
  if (tongue === undefined) return [];
  const system = { [tongue.protocol === 'openai-responses' ? 'instructions' : 'system']: more[0] };
  const tool = {
    name: 'water',
    description: more[1],
    parameters: { type: 'object', properties: {} },
  };
  const extra = {
    ...(tongue.protocol === 'anthropic-messages' || tongue.protocol === 'openai-responses'
      ? system
      : {}),
    ...(tongue.protocol === 'openai-chat' ? { tools: [{ type: 'function', function: tool }] } : {}),
    metadata: { user_id: more[1] },
  };
  const { path, query, bytes } = requestIn(tongue, {
    model: ['main', 'title_generation'][(index % 10) - 8] ?? `p${index}/m`,
    stream: random.chance(0.6),
    ...tongue.fields,
    ...extra,
    [tongue.conversation ?? 'messages']: messages,
  });
  const response = await fetch(`${gateway.url}${path}${query === '' ? '' : `?${query}`}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${gateway.key}`,
      'content-type': 'application/json',
      'x-holdfast-stream-recovery': random.pick(['continue', 'error']),
    },
    body: bytes,
  });
  await response.text().catch(() => ''); // a stream may break off
  return [...texts, ...more];
}

function readFiles(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)).toString())
    .join('\n');
}

const launcher = join(import.meta.dirname, '../../bin/holdfast.js');

function run(...argv: readonly string[]): Promise<string> {
  const env = {
    PATH: process.env['PATH'],
    HOLDFAST_HOME: home,
    HOLDFAST_ADMIN_KEY: adminKey,
    NO_COLOR: '1',
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, ...argv], { env, maxBuffer: 1e8 }, (_error, out, talk) =>
      resolve(`${out}${talk}`),
    );
  });
}

/** What the gateway tells whoever may ask it. */
async function tellAll(gateway: GatewayProcess): Promise<readonly string[]> {
  const get = async (path: string): Promise<string> =>
    (await fetch(`${gateway.url}${path}`, { headers: shown })).text();
  const records = await get('/admin/records?limit=1000');
  const ids: readonly string[] = [...records.matchAll(/"id":"(hfr_[\w-]+)"/g)].map(
    ([, id = '']) => id,
  );
  expect(ids.length).toBeGreaterThan(requests * 0.9);
  const paths = [
    '/admin/snapshot',
    '/admin/logs?limit=1000',
    '/admin/plan',
    '/admin/usage',
    '/metrics',
  ];
  const told = await Promise.all([...paths, ...ids.map((id) => `/admin/records/${id}`)].map(get));
  const [id = ''] = ids;
  const commands = [
    ['why'],
    ['why', id, '-v'],
    ['explain'],
    ['doctor'],
    ['logs'],
    ['auth', 'list'],
    ['status'],
  ];
  const printed: string[] = [];
  for (const command of commands) printed.push(await run(...command));
  return [records, ...told, ...printed];
}

it('tells and keeps no run of 24 characters of any prompt or answer', async () => {
  writeFileSync(join(home, 'config.yaml'), JSON.stringify(configOf(provider.url)));
  const collector = await startCollector();
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, HOLDFAST_ADMIN_KEY: adminKey };
  const gateway = await startGatewayProcess(home, environment);
  const texts: string[] = [];
  for (let index = 0; index < requests; index += 16) {
    const asked = Array.from({ length: 16 }, (_, at) => askOnce(gateway, index + at));
    for (const own of await Promise.all(asked)) texts.push(...own);
  }
  const told = await tellAll(gateway);
  const whileOpen = readFiles(home);
  await gateway.stop();
  collector.close();
  const places = {
    told: told.join('\n'),
    whileOpen,
    after: readFiles(home),
    spans: collector.collected.join(''),
    said: gateway.said(),
  };
  expect(places.spans).toContain('holdfast');
  expect(places.whileOpen).toContain('[your text]');
  const all = [...texts, ...provider.answers];
  const leaks = Object.entries(places).map(([place, written]) => [place, findLeaks(written, all)]);
  expect(Object.fromEntries(leaks)).toEqual({
    told: [],
    whileOpen: [],
    after: [],
    spans: [],
    said: [],
  });
}, 60_000);
