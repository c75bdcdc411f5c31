/**
 * The scene of the page's pictures: a real gateway on a clock that stands still, after a day of
 * three agents in front of three providers that are played. One key rests, one was revoked, a
 * request was just rescued, and a plan will be empty before it renews.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createStoredKeys } from '../../src/credentials/stored/stored-keys.ts';
import { addCallerKey, createCallerKeys } from '../../src/gateway/caller-keys.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createNodeFiles } from '../../src/host/node-files.ts';
import { packagePath } from '../../src/host/package-files.ts';
import type { Host } from '../../src/host.ts';
import type { RequestRecord } from '../../src/model/record.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.ts';
import { answerAs, at, takenAt } from './scene-answers.ts';

export interface Scene {
  readonly url: string;
  /** Returns a link that opens the page once. */
  link(): Promise<string>;
  /** The id of the request that was rescued last. */
  readonly rescued: string;
  close(): Promise<void>;
}

/** A folder of the played host. */
const home = '/home/ada/.config/holdfast';
const callerKeysFile = `${home}/caller-keys.json`;

const config = `main: openai/gpt-6-luna
fallback_chain: [anthropic/claude-sonnet-5-5, deepseek/deepseek-v4-pro]
providers:
  anthropic:
    protocol: anthropic-messages
    credentials:
      - {label: plan, caller: true}
      - {label: team, api_key: "\${ANTHROPIC_API_KEY}"}
  deepseek:
    api_key: \${DEEPSEEK_API_KEY}
gateway:
  port: 0
`;

/** Never the same text twice, and the same in each run. */
const made = (name: string): string => createHash('sha256').update(name).digest('base64url');
const openaiKeys = { work: `sk-test-${made('work')}`, home: `sk-test-${made('home')}` };
const login = `sk-test-login-${made('login')}`;
const adminKey = `hf_test_${made('admin')}`;

type AgentName = 'codex' | 'claude-code' | 'hermes';

/** How each agent asks: its path, its model, and what its body has besides. */
const agents: Readonly<
  Record<AgentName, { readonly path: string; readonly model: string; readonly body: object }>
> = {
  codex: { path: '/v1/responses', model: 'main', body: { input: 'why does the test fail?' } },
  'claude-code': {
    path: '/v1/messages',
    model: 'anthropic/claude-sonnet-5-5',
    body: { max_tokens: 4096, messages: [{ role: 'user', content: 'why does the test fail?' }] },
  },
  hermes: {
    path: '/v1/chat/completions',
    model: 'deepseek/deepseek-v4-pro',
    body: { messages: [{ role: 'user', content: 'why does the test fail?' }] },
  },
};

/** Builds the page, plays the day, and leaves the gateway at the moment of the picture. */
export async function openScene(): Promise<Scene> {
  execFileSync(process.execPath, [packagePath('scripts/build-page.ts'), '--if-stale']);
  const fake = createFakeHost({
    now: at('07:40'),
    environment: { HOLDFAST_HOME: home },
    files: {
      [`${home}/config.yaml`]: config,
      [`${home}/.env`]: `ANTHROPIC_API_KEY=sk-test-${made('team')}\nDEEPSEEK_API_KEY=sk-test-${made('deep')}\n`,
    },
  });
  const host = toSceneHost(fake);
  const answer = answerAs(openaiKeys);
  fake.upstream.answerBy((request) => answer(request, fake.clock.now()));
  const keys = await play(fake, storeKeys(host));
  const runtime = createRuntime({ host });
  const callerKeys = createCallerKeys(host, callerKeysFile, () => undefined);
  const key = `hf_test_${made('gateway')}`;
  const gateway = await startGateway({ runtime, key, adminKey, callerKeys });
  const day = new Day(fake, runtime);
  await day.playMorning();
  const live = ['hermes', 'claude-code'] as const;
  for (const name of live) {
    await day.waitUntil(name === 'hermes' ? '14:02:16' : '14:02:34');
    void askLive(gateway.url, name, keys[name]);
    while (gateway.inflight() <= live.indexOf(name)) await fake.advance(0);
  }
  await day.waitUntil('14:02:55');
  const rescued = await day.ask('codex');
  await day.waitUntil('14:03:03');
  return {
    url: gateway.url,
    link: () => makeLink(gateway.url),
    rescued: rescued?.id ?? '',
    close: async () => {
      gateway.abort();
      await play(fake, gateway.close());
      await play(fake, runtime.close());
    },
  };
}

/** Its clock stands still, and the files of the package are the real ones. */
function toSceneHost(fake: FakeHost): Host {
  const real = createNodeFiles();
  const filesOf = (path: string) => (path.startsWith(packagePath('')) ? real : fake.files);
  let tokens = 0;
  return {
    ...fake,
    member: 'k3ta',
    randomToken: (bytes) => made(`token ${++tokens}`).replaceAll(/\W/g, 'x').slice(0, bytes),
    clock: { ...fake.clock, afterTurn: (callback) => void setImmediate(callback) },
    files: {
      ...fake.files,
      stamp: (path) => filesOf(path).stamp(path),
      readText: (path) => filesOf(path).readText(path),
      readBytes: (path) => filesOf(path).readBytes(path),
      list: (path) => filesOf(path).list(path),
    },
  };
}

/** Stores the keys of openai, and makes one for each agent. */
async function storeKeys(host: Host): Promise<Readonly<Record<AgentName, string>>> {
  const stored = createStoredKeys({ host, path: `${home}/credentials.json` });
  const origin = 'https://api.openai.com';
  for (const [label, secret] of Object.entries(openaiKeys))
    await stored.add({ provider: 'openai', label, secret, origin });
  const add = (name: string): Promise<string> =>
    addCallerKey({ host, path: callerKeysFile }, { name, scope: 'call' });
  return {
    codex: await add('codex'),
    'claude-code': await add('claude-code'),
    hermes: await add('hermes'),
  };
}

/** Lets the clock of the scene go on until it is done. */
async function play<T>(fake: FakeHost, doing: Promise<T>): Promise<T> {
  let isOver = false;
  const over = doing.finally(() => {
    isOver = true;
  });
  while (!isOver) await fake.advance(10);
  return over;
}

/** How often each agent asks in an hour of the day, from 08:00. */
const asked: Readonly<Record<AgentName, readonly number[]>> = {
  'claude-code': [22, 58, 81, 96, 37, 104, 2],
  codex: [9, 34, 52, 61, 20, 48, 1],
  hermes: [4, 6, 9, 12, 11, 18, 1],
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

interface Asking {
  readonly name: AgentName;
  readonly time: number;
}

function listTimes(): readonly Asking[] {
  return Object.entries(asked).flatMap(([name, hours], place) => {
    const since = hours.flatMap((count, hour) => spread(count, 3 + place, hour));
    return since.map((each) => ({ name: parseAgent(name), time: at('08:00') + each * hourMs }));
  });
}

/** Times of an hour in which an agent works in so many waves. */
function spread(count: number, waves: number, hour: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => {
    const part = (index + 0.5) / count;
    return hour + part + (0.85 * Math.sin(2 * Math.PI * waves * part)) / (2 * Math.PI * waves);
  });
}

class Day {
  readonly #fake: FakeHost;
  readonly #runtime: Runtime;

  constructor(fake: FakeHost, runtime: Runtime) {
    this.#fake = fake;
    this.#runtime = runtime;
  }

  async waitUntil(clock: string): Promise<void> {
    await this.#fake.advance(Math.max(0, at(clock) - this.#fake.clock.now()));
  }

  async playMorning(): Promise<void> {
    const rescued = [
      { name: 'codex', time: at('11:20:10') },
      { name: 'codex', time: at('12:31:02') },
      { name: 'codex', time: at('13:10:05') },
    ] as const;
    const all = [...listTimes(), ...rescued].filter(({ time }) => time < takenAt - 2 * minuteMs);
    for (const { name, time } of all.sort((one, other) => one.time - other.time)) {
      await this.#fake.advance(Math.max(0, time - this.#fake.clock.now()));
      await this.ask(name);
    }
  }

  /** Resolves when it is answered, at the time that this took. */
  ask(name: AgentName): Promise<RequestRecord | undefined> {
    const { path, model, body } = agents[name];
    const isLogin = name === 'claude-code';
    const own = isLogin ? { authorization: `Bearer ${login}`, ...account } : {};
    const doing = this.#runtime.exchange(
      {
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json', ...own },
        caller: name,
        body: Buffer.from(JSON.stringify({ model, ...body })),
        brought: isLogin ? { names: ['authorization'], query: '', isAlone: false } : undefined,
        signal: new AbortController().signal,
      },
      { head: () => undefined, write: () => true, onDrain: (on) => on(), end: () => undefined },
    );
    return play(this.#fake, doing);
  }
}

const account = { 'anthropic-version': '2023-06-01', 'anthropic-organization-id': 'ada' };

function parseAgent(name: string): AgentName {
  if (name === 'codex' || name === 'claude-code' || name === 'hermes') return name;
  throw new Error(`no agent is called ${name}`);
}

/** Its answer goes on until the scene is closed. */
async function askLive(url: string, name: AgentName, key: string): Promise<void> {
  const { path, model, body } = agents[name];
  const own = name === 'claude-code' ? { authorization: `Bearer ${login}`, ...account } : {};
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-holdfast-key': key, ...own },
    body: JSON.stringify({ model, ...body, stream: true }),
  });
  await response.text().catch(() => undefined); // it is cut at the end
}

async function makeLink(url: string): Promise<string> {
  const headers = { authorization: `Bearer ${adminKey}` };
  const made = await fetch(`${url}/admin/link`, { method: 'POST', headers });
  const answered: unknown = await made.json();
  if (typeof answered === 'object' && answered !== null && 'url' in answered)
    return String(answered.url);
  throw new Error(`no link was made: ${made.status}`);
}
