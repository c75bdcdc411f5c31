/**
 * What was asked and answered: kept only where the configuration says so, cut, without secrets, its
 * owner's alone, and erased.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AnswerCopy, Contents } from '../../src/access/request/contents.ts';
import { Redactor } from '../../src/credentials/redact/redact.ts';
import { discardSink } from '../../src/diagnostics/test-key.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import type { Host } from '../../src/host.ts';
import type { RequestContent } from '../../src/model/record.ts';
import { openaiChat } from '../../src/protocols/openai-chat/protocol.ts';
import { createRuntime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { ContentFile } from '../../src/store/contents/content-file.ts';
import { recordOf } from '../fakes/record.ts';
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
  const config = {
    main: 'sim/sim/echo',
    providers: { sim },
    ...(records === undefined ? {} : { records }),
  };
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

it('has no part of a key through which the cut goes', async () => {
  configure({ content: true });
  const before = '{"model":"main","messages":[{"role":"user","content":"'.length;
  for (const shown of [10, key.length - 2]) {
    const kept = await askOnce(
      `${'x'.repeat(32 * 1024 - before - shown)}${key}${' y'.repeat(40_000)}`,
    );
    expect(kept?.asked.includes('xxx[redacted]\n[…')).toBe(true);
    expect(kept?.asked.includes(key.slice(0, 10))).toBe(false);
  }
});

it('has no key that is spelled over several events, though its words', async () => {
  const file = open();
  const contents = new Contents({
    clock: host.clock,
    file,
    settings: () => ({ hasContent: true, keptMs: dayMs }),
    redact: (text) => redactor.redact(text),
    wordFields: openaiChat.wordFields,
    onFault: (error) => expect.unreachable(String(error)),
  });
  const redactor = new Redactor();
  const secret = `tok${'en'.repeat(9)}-0123456789`;
  redactor.register(secret);
  const told = async (pieces: readonly string[], more = ''): Promise<string | undefined> => {
    const copy = new AnswerCopy(discardSink);
    for (const content of pieces)
      copy.write(
        Buffer.from(`data: {"choices":[{"delta":{"content":${JSON.stringify(content)}}}]}\n\n`),
      );
    copy.write(Buffer.from(more));
    const record = recordOf({ id: `hfr_${pieces.join()}`, at: host.clock.now() });
    contents.keep(record, Buffer.from('{}'), copy);
    return (await contents.find(record.id))?.answered;
  };
  expect(await told(['it is ', 'no key'])).toMatch(/^data: .*it is .*\n\ndata: .*no key/);
  expect(
    await told([
      `it is ${secret.slice(0, 9)}`,
      secret.slice(9, 17),
      `${secret.slice(17)}, keep it`,
    ]),
  ).toBe(
    '[a key was spread over several events; only their text is stored]\nit is [redacted], keep it\n',
  );
  const begun = 'data: {"choices":[{"delta":{"content":"';
  expect(await told([`so: ${secret.slice(0, 6)}`], `${begun}${secret.slice(6, 12)}`)).toMatch(
    /\nso: \[redacted\]\n$/,
  );
  await contents.close();
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
