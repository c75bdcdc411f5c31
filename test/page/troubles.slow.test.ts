/**
 * Every staged trouble that can be played on this machine, with the page open while nobody answers:
 * it says who, what, in whose words, until when and what to do, and nothing that was not staged.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { startGateway } from '../../src/gateway/server.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import { createRuntime } from '../../src/runtime.ts';
import { adminKey, key } from '../integration/keyed-gateway.ts';
import { type Fault, faults } from '../troubles/faults.ts';
import { describeHome } from '../troubles/home.ts';
import { judgeShown } from '../troubles/judge.ts';
import { Servers } from '../troubles/servers.ts';
import { drawStory, type Story } from '../troubles/story.ts';
import { World } from '../troubles/world.ts';
import { useBrowser } from './browser.ts';

/** The first story of this fault in which nobody answers `main`, and no key is stored. */
function stage(fault: Fault): Story {
  for (let seed = 0; seed < 1000; seed += 1) {
    const story = drawStory(seed, [fault]);
    const isStored = story.providers.some(({ place }) => place === 'stored');
    if (story.ending === 'broken' && story.task === 'main' && !isStored) return story;
  }
  throw new Error(`no story of ${fault.name} was drawn`);
}

interface Scene {
  readonly url: string;
  readonly world: World;
  readonly keyPlace: string;
  ask(): Promise<void>;
  stop(): Promise<void>;
}

async function begin(story: Story): Promise<Scene> {
  const world = new World(story);
  const servers = new Servers(world);
  const addresses = await servers.open(story);
  const home = describeHome(story, (host) => addresses.get(host) ?? 'http://127.0.0.1:9');
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-shown-'));
  writeFileSync(join(folder, 'config.yaml'), `${home.config}max_wait: 1\ngateway: {port: 0}\n`);
  writeFileSync(join(folder, '.env'), home.dotenv);
  const host = createNodeHost({ HOLDFAST_HOME: folder, ...home.variables });
  const runtime = createRuntime({ host, mayLackKeys: true });
  const gateway = await startGateway({ runtime, key, adminKey });
  return {
    url: gateway.url,
    world,
    keyPlace: home.keyPlace,
    ask: async () => {
      const messages = [{ role: 'user', content: 'what is new?' }];
      const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'main', messages }),
      });
      await answer.text();
    },
    stop: async () => {
      await gateway.close();
      await runtime.close();
      await host.close();
      servers.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Line by line, and once more without quotations. */
const readMain = `(() => {
  const main = document.querySelector('main').cloneNode(true);
  const read = () => [...main.querySelectorAll('h1, h2, p, li > span, dd')]
    .map((one) => one.textContent).join('\\n');
  const whole = read();
  for (const quoted of main.querySelectorAll('q')) quoted.remove();
  return [whole, read().replaceAll(/"[^"]*"/g, '""')];
})()`;

async function readPage(
  page: Page,
): Promise<{ readonly whole: string; readonly ownWords: string }> {
  const [whole = '', ownWords = ''] = await page.evaluate<readonly string[]>(readMain);
  return { whole, ownWords };
}

const open = useBrowser();
const live = faults.filter(({ isLive }) => isLive !== false);

describe.concurrent('a trouble that was staged', () => {
  it.for(live.map((fault) => [fault.name, fault] as const))(
    '%s, is told',
    async ([_name, fault], context) => {
      const story = stage(fault);
      const scene = await begin(story);
      try {
        const { page, faults: seen } = await open(scene.url);
        await page.getByRole('region', { name: 'Keys' }).waitFor();
        if (story.wasProven) await scene.ask();
        scene.world.isFaulty = true;
        const failedAt = Date.now();
        await scene.ask();
        const { keyPlace } = scene;
        const judge = async () =>
          judgeShown({ story, keyPlace, failedAt, ...(await readPage(page)) });
        if (fault.isOfRequest !== true)
          await context.expect.poll(judge, { interval: 10 }).toEqual([]);
        if (fault.isOfKey === true && fault.endsAfterMs === undefined)
          await page.getByRole('region', { name: 'Keys' }).locator('.fix').first().waitFor();
        // a page is described, and nobody's words
        if (fault.topics.includes('page')) expect(await page.locator('q').count()).toBe(0);
        expect(seen).toEqual([]);
      } finally {
        await scene.stop();
      }
    },
  );
});
