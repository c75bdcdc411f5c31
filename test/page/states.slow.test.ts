/**
 * Each state of a key, a rescue, an outage, an exhausted request and a spent budget, ten times each
 * with the page open: how soon after its event it stands there, with what to do about it.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { startGateway } from '../../src/gateway/server.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import { createRuntime } from '../../src/runtime.ts';
import { adminKey, key, startKeyedGateway } from '../integration/keyed-gateway.ts';
import { createHome, logIn } from '../oauth/home.ts';
import { startIdentityProvider } from '../oauth/identity-provider.ts';
import { useBrowser } from './browser.ts';
import { type Ended, keyRow, middleOf, onEnded, rowOf, seenAfter, soonMs } from './seen.ts';

const rounds = 10;

interface Scene {
  readonly page: Page;
  /** Asks `main`, and resolves when it is over. */
  ask(): Promise<Ended>;
  /** Asks `main`, and resolves when it waits for somebody, with how to end it and when that was. */
  beginToWait(): Promise<{ readonly at: number; readonly leave: () => void }>;
  /** Writes the one key, or none, into `.env`. */
  writeKey(secret?: string): number;
  writeConfig(more: object): number;
  reset(): Promise<void>;
  /** For how long the key is held back now. */
  restMs(): Promise<number>;
  sleep(ms: number): Promise<void>;
}

interface State {
  readonly secret: string;
  /** Of the first provider. Default: the simulated one. */
  readonly url?: string;
  readonly config?: object;
  /** Goes back to before. */
  readonly prepare: (scene: Scene, round: number) => Promise<void>;
  /** Lets it happen. Resolves with when, epoch ms, and the request that showed it. */
  readonly happen: (
    scene: Scene,
    round: number,
  ) => Promise<{ readonly at: number; readonly ended?: Ended }>;
  readonly seen: (page: Page, ended: Ended | undefined) => readonly Locator[];
}

const one = (page: Page): Locator => keyRow(page, 'one work');
const says = (text: string | RegExp) => (page: Page) => [one(page).getByText(text).first()];
const copies = (page: Page, command: string): Locator =>
  page.getByRole('button', { name: `copy ${command}`, exact: true });
const until = /(until|next try) \d\d:\d\d(:\d\d)? · in \d/;

const asks: State['happen'] = async ({ ask }) => {
  const ended = await ask();
  return { at: ended.at, ended };
};
const resets: State['prepare'] = async ({ page, reset }) => {
  await reset();
  await one(page).getByText(until).waitFor({ state: 'hidden' });
};
/** Law 4: a variable that has just gone from a file counts 300 ms later. */
const lostMs = 300;
let made = 0;
function freshKey(): string {
  made += 1;
  return `sk-sim-good+fresh-${made}`;
}
const waitFor = (page: Page, text: string | RegExp): Promise<void> =>
  one(page).getByText(text).first().waitFor();
/** One refused connection marks nothing, and the first rests are short. */
async function untilItRests({ ask, restMs }: Scene): Promise<{ readonly at: number }> {
  do await ask();
  while ((await restMs()) < 600);
  return { at: Date.now() };
}
const alone = { fallback_chain: [] };
/** Nobody listens there. */
const url = 'http://127.0.0.1:1/v1';

const states: Readonly<Record<string, State>> = {
  'a key that works': {
    secret: 'sk-sim-good',
    prepare: async ({ page, writeKey }) => {
      writeKey(freshKey());
      await waitFor(page, 'not tried yet');
    },
    happen: asks,
    seen: says(/^works, 0 s ago/),
  },
  'a key that was not tried yet': {
    secret: 'sk-sim-good',
    prepare: async ({ page, ask }) => {
      await ask();
      await waitFor(page, /^works/);
    },
    happen: async ({ writeKey }) => ({ at: writeKey(freshKey()) }),
    seen: says('not tried yet'),
  },
  'a key that is missing': {
    secret: 'sk-sim-good',
    prepare: async ({ page, writeKey }) => {
      writeKey(freshKey());
      await waitFor(page, 'not tried yet');
    },
    happen: async ({ writeKey }) => ({ at: writeKey() + lostMs }),
    seen: (page) => [
      one(page).getByText('missing', { exact: true }),
      one(page).getByText(/not set: looked for .*ONE_KEY/),
      one(page).locator('.fix'),
    ],
  },
  'a limit of one model of a key': {
    secret: 'sk-sim-limited-1rpm',
    prepare: resets,
    happen: asks,
    seen: (page) => [
      one(page).getByText(/^works without sim\/plain until \d\d:\d\d:\d\d · in \d+ s/),
      one(page).getByRole('img', { name: /^requests sim\/plain: 0 % left/ }),
    ],
  },
  'a key that rests': {
    secret: 'sk-sim-good',
    url,
    prepare: resets,
    happen: untilItRests,
    seen: (page) => [
      one(page).getByText(/^rests (until|· next try) \d\d:\d\d:\d\d · in \d+ s/),
      one(page).getByText('nothing listens at 127.0.0.1:1'),
    ],
  },
  'a key whose rest is over': {
    secret: 'sk-sim-good',
    url,
    prepare: async (scene) => {
      await scene.reset();
      await untilItRests(scene);
      await waitFor(scene.page, /^rests/);
    },
    happen: async ({ restMs, sleep }) => {
      const at = Date.now() + (await restMs());
      await sleep(at - Date.now());
      return { at };
    },
    seen: says('the next request finds out'),
  },
  'a key without money': {
    secret: 'sk-sim-broke',
    prepare: resets,
    happen: asks,
    seen: (page) => [
      one(page).getByText(/^out (until|· next try) /),
      one(page).getByText('Insufficient balance.'),
      copies(page, 'holdfast auth reset one'),
    ],
  },
  'a key that is refused': {
    secret: 'sk-sim-revoked',
    prepare: resets,
    happen: asks,
    seen: (page) => [
      one(page).getByText(/^out (until|· next try) /),
      one(page).locator('q'),
      one(page).locator('.fix'),
    ],
  },
  'a rescue': {
    secret: 'sk-sim-broke',
    prepare: resets,
    happen: asks,
    seen: (page, ended) =>
      ended === undefined
        ? []
        : [
            rowOf(page, ended.record).getByText('main → two/sim/plain'),
            rowOf(page, ended.record).getByText(/^billing, /),
          ],
  },
  'a rescue past a key that was held back before': {
    secret: 'sk-sim-broke',
    prepare: async ({ page, ask }) => {
      await ask();
      await waitFor(page, until);
    },
    happen: asks,
    seen: (page, ended) =>
      ended === undefined ? [] : [rowOf(page, ended.record).getByText(/^billing, /)],
  },
  'an outage, while a request waits': {
    secret: 'sk-sim-good',
    config: { main: 'one/sim/status-503', max_wait: 60, ...alone },
    prepare: resets,
    happen: async ({ page, beginToWait }) => {
      const { at, leave } = await beginToWait();
      void one(page)
        .getByText(until)
        .waitFor()
        .finally(() => setTimeout(leave, 100));
      return { at };
    },
    seen: (page) => [
      one(page).getByText('overloaded', { exact: true }),
      one(page).getByText(until),
      page.getByRole('region', { name: 'In progress' }).getByText(/^waits for an answer/),
    ],
  },
  'a request that nobody answers': {
    secret: 'sk-sim-broke',
    config: alone,
    prepare: async ({ page, reset }) => {
      await reset();
      await page.getByRole('heading', { name: /^Not answered/ }).waitFor({ state: 'hidden' });
    },
    happen: asks,
    seen: (page, ended) => [
      page.getByRole('heading', { name: /^Not answered: main\./ }),
      ...(ended === undefined ? [] : [rowOf(page, ended.record).getByText(/^not answered/)]),
      copies(page, 'holdfast auth reset one'),
    ],
  },
  'a spent budget': {
    secret: 'sk-sim-good',
    config: { budget: { requests: 1, per: 'day' } },
    prepare: async ({ page, ask, writeConfig }, round) => {
      writeConfig({ budget: { requests: round + 1, per: 'day' } });
      const heading = page.getByRole('heading', { name: /^Not answered/ });
      await heading.waitFor({ state: 'hidden' });
      await ask();
    },
    happen: asks,
    seen: (page, ended) => [
      page.getByRole('heading', { name: /^Not answered: main\./ }),
      page
        .getByRole('list')
        .getByText(/budget/)
        .first(),
      page.locator('.troubles .fix'),
      ...(ended === undefined ? [] : [rowOf(page, ended.record)]),
    ],
  },
};

const open = useBrowser();
const figures: string[] = [];

async function begin({
  secret,
  url,
  config = {},
}: State): Promise<
  Scene & { readonly stop: () => Promise<void>; readonly faults: readonly string[] }
> {
  const configFor = (sim: { readonly url: string }, more: object): object =>
    configOf(url ?? sim.url, sim.url, more);
  const stage = await startKeyedGateway((sim) => configFor(sim, config), `ONE_KEY=${secret}\n`);
  const { home, configPath, sim, runtime, gateway, host } = stage;
  const endings: Ended[] = [];
  onEnded(runtime, (ended) => endings.push(ended));
  const { signal } = new AbortController();
  const send = (ends?: AbortSignal): Promise<unknown> =>
    fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'main', messages: [{ role: 'user', content: 'hello' }] }),
      ...(ends && { signal: ends }),
    }).then((answer) => answer.text());
  const write = (name: string, text: string): number => {
    writeFileSync(name, text);
    return Date.now();
  };
  const { page, faults } = await open(gateway.url);
  return {
    page,
    faults,
    stop: stage.stop,
    ask: async () => {
      await send();
      const ended = endings.at(-1);
      if (ended === undefined) throw new Error('no request has ended');
      return ended;
    },
    beginToWait: () =>
      new Promise((resolve) => {
        const leaving = new AbortController();
        const stop = runtime.subscribe((event) => {
          if (event.type !== 'waiting') return;
          stop();
          resolve({ at: Date.now(), leave: () => leaving.abort() });
        });
        void send(leaving.signal).catch(() => undefined);
      }),
    writeKey: (fresh) => write(join(home, '.env'), fresh === undefined ? '' : `ONE_KEY=${fresh}\n`),
    writeConfig: (changed) => write(configPath, JSON.stringify(configFor(sim, changed))),
    reset: async () => void (await runtime.keys.reset({ signal })),
    restMs: async () => {
      const [pool] = await runtime.keys.report({ signal });
      return (pool?.keys[0]?.marks[0]?.until ?? 0) - Date.now();
    },
    sleep: (ms) => host.clock.sleep(Math.max(0, ms), signal),
  };
}

const configOf = (url: string, spare: string, more: object): object => ({
  main: 'one/sim/plain',
  fallback_chain: ['two/sim/plain'],
  max_wait: 1,
  providers: {
    one: {
      base_url: url,
      protocol: 'openai-chat',
      credentials: [{ env: 'ONE_KEY', label: 'work' }],
    },
    two: {
      base_url: spare.replace('127.0.0.1', 'localhost'),
      protocol: 'openai-chat',
      api_key: 'sk-sim-good+two',
    },
  },
  gateway: { port: 0 },
  ...more,
});

/** The middle of ten, which must be soon. */
async function measure(name: string, once: (round: number) => Promise<number>): Promise<void> {
  const delays: number[] = [];
  for (let round = 0; round < rounds; round += 1) delays.push(await once(round));
  figures.push(`${name}: ${middleOf(delays)} ms`);
  expect(middleOf(delays)).toBeLessThan(soonMs);
}

describe('soon after its event stands on the page', () => {
  it.each(Object.entries(states))('%s', async (name, state) => {
    const { prepare, happen, seen } = state;
    const scene = await begin(state);
    try {
      await scene.page.getByRole('region', { name: 'Keys' }).waitFor();
      if (/limited/.test(state.secret)) await scene.ask();
      await measure(name, async (round) => {
        await prepare(scene, round);
        const { at, ended } = await happen(scene, round);
        return seenAfter(at, ...seen(scene.page, ended));
      });
      expect(scene.faults).toEqual([]);
    } finally {
      await scene.stop();
    }
  });

  it('a login that was revoked', async () => {
    const idp = await startIdentityProvider();
    const home = createHome(idp);
    await logIn(idp, home);
    const host = createNodeHost({ HOLDFAST_HOME: home.path });
    const runtime = createRuntime({ host, flags: { port: 0 } });
    const gateway = await startGateway({ runtime, key, adminKey });
    let ended = 0;
    onEnded(runtime, ({ at }) => {
      ended = at;
    });
    const ask = (): Promise<string> =>
      fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'main', messages: [{ role: 'user', content: 'hello' }] }),
      }).then((answer) => answer.text());
    const { page } = await open(gateway.url);
    const row = page.getByRole('region', { name: 'Keys' }).getByRole('listitem').first();
    await measure('a login that was revoked', async (round) => {
      if (round > 0) await logIn(idp, home);
      await row.getByText('not tried yet').waitFor();
      await idp.revoke();
      await ask();
      return seenAfter(
        ended,
        row.getByText(/^out (until|· next try) /),
        row.getByRole('button', { name: 'copy holdfast auth login corp' }),
      );
    });
    await gateway.close();
    await runtime.close();
    await host.close();
    home.remove();
    await idp.close();
  });

  it('each in its own time', ({ annotate }) => annotate(figures.join('\n')));
});
