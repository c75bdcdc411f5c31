/**
 * Every fault of the drill with the page open: what became of each request, and what it did to a
 * key, stands there. The faults are those of the drill's own table; how soon they are seen is
 * measured in states.slow.test.ts, one by one.
 */

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { classOrStatus } from '../../src/access/wording/by-status.ts';
import { type DrillFault, type DrillMode, drillFaults } from '../../src/drill/faults.ts';
import { type Ground, prepareGround } from '../../src/drill/ground.ts';
import { redirect } from '../../src/drill/redirect.ts';
import { tongues } from '../../src/drill/tongues.ts';
import { rowOfClass } from '../../src/failures/classes.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import type { RequestRecord } from '../../src/model/record.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { adminKey, key } from '../integration/keyed-gateway.ts';
import { useBrowser } from './browser.ts';
import { type Ended, keyRow, onEnded, rowOf, seenAfter } from './seen.ts';

/** Waits of the simulated providers; the limits of the engine are whole. */
const timeScale = 0.1;
/** How long a series goes on, and its step, in the providers' time. */
const series = { forMs: 90_000, everyMs: 4000 };

const provider = (name: string): object => ({
  base_url: `https://${name}.example/v1`,
  protocol: 'openai-chat',
  api_key: 'sk-sim-good',
});
const config = {
  main: 'first/model',
  fallback_chain: ['second/model'],
  providers: { first: provider('first'), second: provider('second') },
  gateway: { port: 0 },
};

interface Scene {
  readonly url: string;
  readonly runtime: Runtime;
  readonly ended: Ended[];
  ask(): Promise<void>;
  sleep(ms: number): Promise<void>;
  stop(): Promise<void>;
}

async function begin(fault: DrillFault, mode: DrillMode): Promise<Scene> {
  const keyCounts = new Map(['first', 'second'].map((pool) => [pool, 1] as const));
  const ground: Ground = await prepareGround({ fault, timeScale }, keyCounts, 'first');
  const host = createNodeHost({ HOLDFAST_HOME: '/nowhere' });
  const spoken = 'openai-chat';
  const runtime = createRuntime({
    host,
    config,
    adapt: (own) => redirect(own, { ...ground, spoken }),
  });
  const gateway = await startGateway({ runtime, key, adminKey });
  const ended: Ended[] = [];
  onEnded(runtime, (one) => ended.push(one));
  const { signal } = new AbortController();
  const question = { asked: 'Count for me, please.', hasRoles: fault.hasRoles === true };
  return {
    url: gateway.url,
    runtime,
    ended,
    ask: async () => {
      const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(tongues[spoken].createBody('main', question, mode)),
      });
      await answer.text();
    },
    sleep: (ms) => host.clock.sleep(ms, signal),
    stop: async () => {
      await gateway.close();
      await runtime.close();
      await host.close();
      await ground.close();
    },
  };
}

/** As in the drill: the calls, and one more after them. */
async function play({ ask, sleep }: Scene, fault: DrillFault): Promise<void> {
  if (fault.ofKeys === 'proven') await ask();
  const rounds = fault.isSeries === true ? Math.ceil(series.forMs / series.everyMs) : 1;
  for (let round = 0; round < rounds; round += 1) {
    const calls = Array.from({ length: fault.callers ?? 1 }, ask);
    await Promise.all([...calls, ...(rounds > 1 ? [sleep(series.everyMs * timeScale)] : [])]);
  }
  await ask();
}

/** The newest of each list; older ones are off the screen. */
const looked = 8;

async function lookAtRequests(page: Page, ended: readonly Ended[]): Promise<void> {
  for (const { record } of ended.slice(-looked)) {
    const row = rowOf(page, record);
    await seenAfter(0, row);
    const said = await row.ariaSnapshot();
    const { outcome, answeredBy = '', attempts } = record;
    const [failed] = attempts.flatMap(({ failure }) => failure?.class ?? []);
    expect(said).toContain(`main${answeredBy && ` → ${answeredBy}`}`);
    if (outcome === 'failed') expect(said).toContain('not answered');
    if (outcome === 'answered' && failed !== undefined) expect(said).toContain(failed);
  }
}

/** Nobody answers; a request that is refused for what it says is no trouble of the gateway. */
function isTrouble({ outcome, attempts }: RequestRecord): boolean {
  const failure = attempts.at(-1)?.failure?.class;
  return outcome === 'failed' && failure !== undefined && !rowOfClass(failure).isRequestFault;
}

/** What the engine holds back now: the cause, the words, the end, and what to do about it. */
async function lookAtKeys(page: Page, runtime: Runtime): Promise<void> {
  const { signal } = new AbortController();
  for (const { name, keys } of await runtime.keys.report({ signal }))
    for (const { label, state, marks } of keys) {
      const row = keyRow(page, `${name} ${label}`);
      const wanted = marks.flatMap(({ cause, evidence, speaker }) => [
        classOrStatus(cause, speaker),
        evidence,
      ]);
      const isOurs = marks[0]?.endSetBy === 'ours';
      if (state === 'rests' || state === 'out')
        wanted.push(isOurs ? `${state} · next try ` : `${state} until `);
      await seenAfter(0, ...wanted.map((text) => row.getByText(text, { exact: false })));
      if (state === 'out') await row.locator('.fix').first().waitFor();
    }
}

const open = useBrowser();
/** Looks at each request when it ends; in a series the next one may push it off the list. */
function watch(page: Page, { runtime }: Scene, fault: DrillFault): Promise<number>[] {
  const watched: Promise<number>[] = [];
  onEnded(runtime, ({ record, at }) => {
    if (fault.isSeries !== true) watched.push(seenAfter(at, rowOf(page, record)));
  });
  return watched;
}

describe.concurrent('what a fault of the drill does stands on the page', () => {
  it.for(drillFaults.map((fault) => [fault.id, fault.title, fault] as const))(
    '%s: %s',
    async ([_id, _title, fault], context) => {
      const scene = await begin(fault, 'streamed');
      try {
        const { page, faults } = await open(scene.url);
        await page.getByRole('region', { name: 'Keys' }).waitFor();
        const watched = watch(page, scene, fault);
        await play(scene, fault);
        await Promise.all(watched);
        await lookAtRequests(page, scene.ended);
        await lookAtKeys(page, scene.runtime);
        const last = scene.ended.at(-1)?.record;
        const sign = last !== undefined && isTrouble(last) ? /^✗/ : /^[✓◐?]/;
        await context.expect.poll(() => page.title()).toMatch(sign);
        expect(faults).toEqual([]);
      } finally {
        await scene.stop();
      }
    },
  );
});
