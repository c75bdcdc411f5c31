/**
 * Four processes hammer one state file, some are killed; then every promise that was made is
 * checked against the file.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { createNodeHost } from '../../src/host/node-host.ts';
import { createInPlaceStore } from '../../src/store/sqlite/in-place.ts';
import { makeFolder } from '../contracts/folder.ts';
import {
  checkClaims,
  checkKept,
  checkProven,
  checkResets,
  type Fact,
  Facts,
} from './hammer-facts.ts';

const processCount = 4;
const killEveryMs = 250;
/** However long that takes on a busy machine. */
const leastKills = 4;
/** Nobody waits this long for four others, even on a busy machine. */
const longestMs = 10_000;

/** Throws when a promise was broken; resolves with what was done. */
export async function hammer(
  forMs: number,
): Promise<{ readonly operations: number; readonly kills: number }> {
  const folder = makeFolder();
  const path = join(folder.path, 'state.db');
  const slots = Array.from({ length: processCount }, (_, slot) => new Slot(path, slot));
  const endAt = performance.now() + forMs;
  let kills = 0;
  while (performance.now() < endAt || kills < leastKills) {
    await sleep(killEveryMs * (0.5 + Math.random()));
    await slots[Math.floor(Math.random() * processCount)]?.killAndRestart();
    kills += 1;
  }
  await Promise.all(slots.map((slot) => slot.end()));
  const killed = slots.flatMap((slot) => slot.killed);
  const facts = new Facts([...killed, ...readFacts(folder.path)]);
  await check(path, facts);
  folder.remove();
  return { operations: facts.of('took').length, kills };
}

class Slot {
  readonly #path: string;
  readonly #slot: number;
  readonly killed: Fact[] = [];
  #starts = 0;
  #name = '';
  #child: ChildProcess;
  #ended: Promise<unknown> = Promise.resolve();
  #worked: Promise<unknown> = Promise.resolve();

  constructor(path: string, slot: number) {
    this.#path = path;
    this.#slot = slot;
    this.#child = this.#start();
  }

  async killAndRestart(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
    this.killed.push({ type: 'killed', by: this.#name, at: Date.now() });
    this.#child = this.#start();
  }

  /** A process that had its turns ends in order when it is asked to. */
  async end(): Promise<void> {
    await this.#worked;
    this.#child.kill('SIGTERM');
    await this.#ended;
    expect(this.#child.exitCode).toBe(0);
  }

  /** Two of the four have the file in a thread. */
  #start(): ChildProcess {
    this.#name = `${this.#slot}.${++this.#starts}`;
    const kind = this.#slot % 2 === 0 ? 'thread' : 'in-place';
    const child = fork(
      join(import.meta.dirname, 'hammer-process.ts'),
      [this.#path, this.#name, kind],
      {
        execArgv: [],
      },
    );
    this.#worked = new Promise((resolve) => child.once('message', resolve));
    this.#ended = new Promise((resolve) => child.once('exit', resolve));
    return child;
  }
}

/** What all processes wrote down. The last line of a killed one may be cut. */
function readFacts(folder: string): readonly Fact[] {
  const diaries = readdirSync(folder).filter((name) => name.endsWith('.facts'));
  const lines = diaries.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
  return lines.filter((line) => line.endsWith('}')).map((line) => JSON.parse(line));
}

async function check(path: string, facts: Facts): Promise<void> {
  expect(facts.of('fault')).toEqual([]);
  expect(facts.of('took').filter(({ ms }) => ms > longestMs)).toEqual([]);
  const host = createNodeHost({});
  const store = createInPlaceStore(host, path);
  const health = await store.readHealth();
  const records = new Set((await store.findRecords({ limit: 5000 })).map(({ id }) => id));
  await store.close();
  await host.close();
  checkKept(facts, health);
  checkResets(facts, health);
  checkProven(facts, health);
  checkClaims(facts);
  // Beyond the limit the oldest fall out.
  const recorded = facts.of('recorded').map(({ id }) => id);
  if (recorded.length < 4500) expect(recorded.filter((id) => !records.has(id))).toEqual([]);
  else expect(records.size).toBe(5000);
  checkFile(path);
}

/** Not damaged, and no mark without an end. */
function checkFile(path: string): void {
  const raw = new DatabaseSync(path, { readOnly: true });
  expect(raw.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  const endless =
    'SELECT count(*) AS count FROM marks WHERE until IS NULL OR NOT (until - since BETWEEN 0 AND 93600000)';
  expect(raw.prepare(endless).get()).toEqual({ count: 0 });
  raw.close();
}
