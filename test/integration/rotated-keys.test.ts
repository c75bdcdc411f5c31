/**
 * A key is rotated where it lives, and the old one revoked: two running gateway processes use the
 * new one with their next request.
 */

import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStoredKeys } from '../../src/credentials/stored/stored-keys.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import type { Host } from '../../src/host.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts';

const secretOf = (kind: string, version: string): string =>
  `sk-test-${kind}-${version}-${'0'.repeat(12)}`;
const kinds = ['config', 'dotenv', 'env', 'file', 'command', 'stored'] as const;
type Kind = (typeof kinds)[number];

let home: string;
let sim: SimulatedProvider;
let host: Host;
const gateways: GatewayProcess[] = [];

/** Writes beside and renames, as careful writers do. */
function replace(name: string, text: string): void {
  writeFileSync(join(home, `${name}.new`), text);
  renameSync(join(home, `${name}.new`), join(home, name));
}

function writeConfig(version: string): void {
  const server = `{base_url: "${sim.url}", protocol: openai-chat, pace: quick, `;
  const providers = [
    `config: ${server}api_key: ${secretOf('config', version)}}`,
    `dotenv: ${server}api_key: "\${DOTENV_KEY}"}`,
    `env: ${server}credentials: [{env: ROTATED_KEY}]}`,
    `file: ${server}credentials: [{file: ./the.key}]}`,
    `command: ${server}credentials: [{command: ./print-key 'with a space'}]}`,
    `stored: ${server}selection: fill-first}`,
  ];
  replace(
    'config.yaml',
    `main: config/sim/echo\nproviders:\n${providers.map((p) => `  ${p}\n`).join('')}`,
  );
}

/** Puts this version of its key where each kind keeps it. */
const rotate: Readonly<Record<Kind, (version: string) => Promise<void> | void>> = {
  config: writeConfig,
  dotenv: (version) => writeDotenv(version),
  // A process cannot be given another environment: what outranks it is written into `.env`.
  env: (version) => writeDotenv(version),
  file: (version) => replace('the.key', `${secretOf('file', version)}\n`),
  command: (version) => {
    const script = `#!/bin/sh\nread line && exit 9\nset | grep -q sk-test && exit 8\necho ${secretOf('command', version)}\n`;
    replace('print-key', script);
    chmodSync(join(home, 'print-key'), 0o755);
  },
  stored: async (version) => {
    const keys = createStoredKeys({ host, path: join(home, 'credentials.json') });
    for (const { id } of keys.list()) await keys.remove(id);
    const { origin } = new URL(sim.url);
    await keys.add({ provider: 'stored', secret: secretOf('stored', version), origin });
  },
};

function writeDotenv(version: string): void {
  const rotated = version === 'old' ? '' : `ROTATED_KEY=${secretOf('env', version)}\n`;
  replace('.env', `DOTENV_KEY=${secretOf('dotenv', version)}\n${rotated}`);
}

/** The provider with these keys and no others, at the address it had before. */
async function startProvider(version: string, port = 0): Promise<SimulatedProvider> {
  return startSimulatedProvider({ port, keys: kinds.map((kind) => secretOf(kind, version)) });
}

/** What the provider saw since the last look: which version of the key, and the answer. */
function seen(kind: Kind): readonly string[] {
  const names = new Map(
    ['old', 'new'].map((version) => [fingerprintOf(secretOf(kind, version)), version]),
  );
  const attempts = sim
    .log()
    .map(({ keyFingerprint, status }) => `${names.get(keyFingerprint ?? '')} ${status}`);
  sim.clearLog();
  return attempts;
}

function fingerprintOf(secret: string): string {
  return `sha256:${createHash('sha256').update(secret).digest('hex').slice(0, 16)}`;
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-rotated-'));
  host = createNodeHost({ HOLDFAST_HOME: home });
  sim = await startProvider('old');
  for (const kind of kinds) await rotate[kind]('old');
  const environment = { ROTATED_KEY: secretOf('env', 'old') };
  gateways.push(...(await Promise.all([1, 2].map(() => startGatewayProcess(home, environment)))));
  for (const gateway of gateways) {
    for (const kind of kinds)
      expect(await gateway.ask(`${kind}/sim/echo`)).toMatchObject({ status: 200 });
  }
  await sim.close();
  sim = await startProvider('new', sim.port);
  for (const kind of kinds) await rotate[kind]('new');
});
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await sim.close();
  await host.close();
  rmSync(home, { recursive: true });
});

describe('a rotated key', () => {
  for (const kind of kinds) {
    const attempts = kind === 'command' ? ['old 401', 'new 200'] : ['new 200'];
    it(`in ${kind} is used by the next request of each, with the attempts ${attempts}`, async () => {
      for (const gateway of gateways) {
        expect(await gateway.ask(`${kind}/sim/echo`)).toMatchObject({ status: 200 });
        expect(seen(kind)).toEqual(attempts);
      }
    });
  }

  it('is told to nobody, and written nowhere but where it was put (laws 2 and 20)', () => {
    for (const gateway of gateways) expect(gateway.said()).not.toMatch(/sk-test-/);
    const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const holders = files.filter(({ parentPath, name }) =>
      readFileSync(join(parentPath, name), 'latin1').includes('sk-test-'),
    );
    expect(holders.map(({ name }) => name).sort()).toEqual([
      '.env',
      'config.yaml',
      'credentials.json',
      'print-key',
      'the.key',
    ]);
  });
});
