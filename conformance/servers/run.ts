/**
 * `npm run conformance:servers`: plays the scenes of scenes.ts against model servers that run, and
 * says what it skipped and why. `-- ollama=http://gpu:11434/v1` names another address, `--model
 * NAME` the model, `--key-from VARIABLE` where its key is. A LiteLLM proxy is started here, before
 * the simulated provider, where its program is installed. Exit code 1 when a scene fails.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { builtinEntries } from '../../src/providers/builtin.ts';
import { startSimulatedProvider } from '../../src/sim/index.ts';
import { playScene, type ServerAt, type Software, scenes, softwares } from './scenes.ts';

const startMs = 60_000;

const { values: flags, positionals } = parseArgs({
  options: { model: { type: 'string' }, 'key-from': { type: 'string' } },
  allowPositionals: true,
});
const variable = flags['key-from'];
const key = variable === undefined ? undefined : process.env[variable];
const named = new Map(
  positionals.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
);
const unknown = [...named.keys()].filter(
  (name) => !softwares.some((software) => software === name),
);
if (unknown.length > 0) {
  console.error(`${unknown.join(', ')}: write NAME=URL with one of ${softwares.join(', ')}`);
  process.exit(2);
}

const sim = await startSimulatedProvider();
let failures = 0;
for (const name of softwares) failures += await playServer(name);
await sim.close();
process.exitCode = failures > 0 ? 1 : 0;

async function playServer(name: Software): Promise<number> {
  const started = named.has(name) || name !== 'litellm' ? undefined : await startLitellm();
  try {
    const found = started?.server ?? (await findServer(name));
    if (typeof found === 'string') {
      console.log(`skipped  ${name}: ${found}`);
      return 0;
    }
    let failed = 0;
    for (const scene of scenes) {
      const played = await playScene(scene, found, sim.url);
      const problem = scene.judge(played);
      if (problem !== undefined) failed += 1;
      const seen = played.classes.map((one) => one ?? 'answered').join(', ');
      console.log(
        `${problem === undefined ? 'pass   ' : 'FAIL   '}  ${name}: ${scene.name} (${problem ?? seen})`,
      );
    }
    return failed;
  } finally {
    started?.stop();
  }
}

/** The server at its usual address, or at the one that was named; else why there is none. */
async function findServer(name: Software): Promise<ServerAt | string> {
  const usual = builtinEntries.find((entry) => entry.name === name)?.origins['openai-chat'] ?? '';
  const baseUrl = named.get(name) ?? usual;
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  try {
    const response = await fetch(`${baseUrl}/models`, {
      headers,
      signal: AbortSignal.timeout(2000),
    });
    if (!response.ok)
      return `${baseUrl}/models answers ${response.status}; name its key with --key-from`;
    const listed: unknown = await response.json();
    const model = flags.model ?? firstModel(listed);
    return model === undefined ? `${baseUrl} has no model` : { name, baseUrl, model, key };
  } catch {
    return `nothing answers at ${baseUrl}; start it, or write ${name}=URL`;
  }
}

function firstModel(listed: unknown): string | undefined {
  const text = JSON.stringify(listed);
  return /"id":"([^"]+)"/.exec(text)?.[1];
}

interface Started {
  readonly server: ServerAt | string;
  stop(): void;
}

/** A proxy in front of the simulated provider needs neither a model nor a key of anybody. */
async function startLitellm(): Promise<Started | undefined> {
  if (spawnSync('litellm', ['--version']).status !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-litellm-'));
  const port = await freePort();
  const model = { model: 'openai/sim-mini', api_base: sim.url, api_key: 'sk-sim-good' };
  const proxyKey = `sk-test-${randomUUID()}`; // newer versions do not start without one
  const config = {
    model_list: [{ model_name: 'tiny', litellm_params: model }],
    general_settings: { master_key: proxyKey },
  };
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config));
  const args = [
    '--config',
    join(folder, 'config.yaml'),
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
  ];
  const child = spawn('litellm', args, { stdio: 'ignore' });
  const baseUrl = `http://127.0.0.1:${port}/v1`;
  const isUp = await waitFor(baseUrl, proxyKey, child);
  const server = isUp
    ? ({ name: 'litellm', baseUrl, model: 'tiny', key: proxyKey } as const)
    : 'its program did not start';
  const stop = (): void => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  return { server, stop };
}

async function waitFor(baseUrl: string, proxyKey: string, child: ChildProcess): Promise<boolean> {
  const headers = { authorization: `Bearer ${proxyKey}` };
  const end = Date.now() + startMs;
  while (Date.now() < end && child.exitCode === null) {
    const response = await fetch(`${baseUrl}/models`, { headers }).catch(() => undefined);
    if (response?.ok) return true;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return false;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
