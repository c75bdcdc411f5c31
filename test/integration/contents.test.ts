/** What was asked and answered: kept only where the configuration says so, cut, without secrets, its owner's alone, and erased. */

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createNodeHost } from '../../src/host/node-host.ts';
import type { Host } from '../../src/host.ts';
import type { RequestContent } from '../../src/model/record.ts';
import { createRuntime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { ContentFile } from '../../src/store/contents/content-file.ts';
import { ask } from './harness.ts';

const key = 'sk-sim-good+contents';
const dayMs = 86_400_000;
let home: string;
let provider: SimulatedProvider;
let host: Host;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-contents-'));
  provider = await startSimulatedProvider({});
  host = createNodeHost({ HOLDFAST_HOME: home });
});
afterEach(async () => {
  await host.close();
  await provider.close();
  rmSync(home, { recursive: true });
});

const path = (): string => join(home, 'contents.db');
const open = (): ContentFile => new ContentFile({ files: host.files, path: path() });

function configure(records?: object): void {
  const sim = { base_url: provider.url, protocol: 'openai-chat', api_key: key };
  const config = { main: 'sim/sim/echo', providers: { sim }, ...(records === undefined ? {} : { records }) };
  writeFileSync(join(home, 'config.yaml'), JSON.stringify(config));
}

/** One request with this prompt, and what was kept of it. */
async function askOnce(content: string, stream = false): Promise<RequestContent | undefined> {
  const runtime = createRuntime({ host, store: 'in-place' });
  try {
    await ask(runtime, { stream, messages: [{ role: 'user', content }] });
    return await runtime.contents.find(runtime.records().at(-1)?.id ?? '');
  } finally {
    await runtime.close();
  }
}

it.each([undefined, {}, { content: false }])(
  'with records: %j nothing is kept, and no file is made',
  async (records) => {
    configure(records);
    expect(await askOnce('the secret plan')).toBeUndefined();
    expect(existsSync(path())).toBe(false);
  },
);

it.each([false, true])('is kept as it was told, without secrets (stream: %s)', async (stream) => {
  configure({ content: true });
  const kept = await askOnce(`my plan, and my key ${key}`, stream);
  expect(kept?.asked).toContain('my plan, and my key [redacted]');
  expect(kept?.answered).toContain('plan');
  expect(statSync(path()).mode & 0o777).toBe(0o600);
  expect(readFileSync(path()).includes(key)).toBe(false);
});

it('has the beginning and the end of what is long', async () => {
  configure({ content: true });
  const kept = await askOnce(`begin ${'x'.repeat(300_000)} finish`);
  expect(kept?.asked).toMatch(/begin x+\n\[… \d+ bytes left out …\]\nx+ finish/);
  for (const text of Object.values(kept ?? {})) expect(text.length).toBeLessThan(66_000);
});

it('is erased with age, whether more is kept or not', async () => {
  const file = open();
  const now = host.clock.now();
  const row = { asked: 'an old plan', answered: 'good' };
  file.add([{ id: 'old', at: now - 3 * dayMs, ...row }], 0);
  file.close();
  configure({ content: false, days: 2 });
  await askOnce('hello');
  expect(open().find('old')).toBeUndefined();
});

it('leaves no trace where it was erased', () => {
  const file = open();
  expect(file.clear()).toBe(0);
  expect(existsSync(path())).toBe(false);
  file.add([{ id: 'a', at: 1, asked: 'a plan', answered: 'good' }], 0);
  expect([file.clear(), file.find('a')]).toEqual([1, undefined]);
  file.close();
  expect(readFileSync(path()).includes('a plan')).toBe(false);
});
