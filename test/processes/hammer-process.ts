/**
 * A process that hammers one state file with random operations until it is ended, and writes down
 * what it asked for and what it was told. Started, killed and judged by `hammer.ts`.
 */

import { openSync, writeSync } from 'node:fs';
import { createNodeHost } from '../../src/host/node-host.ts';
import type { Mark } from '../../src/model/failure.ts';
import { createInPlaceStore } from '../../src/store/sqlite/in-place.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { ThreadChannel } from '../../src/store/sqlite/threaded.ts';
import { recordAt } from '../contracts/store/rows.ts';
import type { Fact } from './hammer-facts.ts';

const [path = '', name = '', kind = 'thread'] = process.argv.slice(2);
const diary = openSync(`${path}.${name}.facts`, 'ax');
const host = createNodeHost({});
const store =
  kind === 'thread'
    ? new SqliteStore(host, new ThreadChannel(host.clock, path))
    : createInPlaceStore(host, path);
/** Marks of this process that are open, as far as it knows. */
const opened: Mark[] = [];
let count = 0;
let turns = 0;
let isEnding = false;

process.on('SIGTERM', () => {
  isEnding = true;
});
while (!isEnding) {
  if (turns++ === 5) process.send?.('worked');
  const operation = pick(operations());
  const askedAt = host.clock.now();
  try {
    await operation();
  } catch (error) {
    tell({ type: 'fault', text: String(error) });
  }
  tell({ type: 'took', ms: host.clock.now() - askedAt });
}
await store.close();
await host.close();
process.disconnect();

function operations(): readonly (() => Promise<void>)[] {
  return [
    openKept,
    openKept,
    closeKept,
    openForReset,
    openForReset,
    reset,
    prove,
    proveShared,
    probe,
    keepRecord,
  ];
}

/** Marks that nobody resets: each stays until its own process closes it. */
async function openKept(): Promise<void> {
  const mark = createMark('kept');
  const now = host.clock.now();
  await store.openMark(mark, { leasedAt: now, now });
  opened.push(mark);
  tell({ type: 'opened', mark });
}

async function closeKept(): Promise<void> {
  const mark = opened.shift();
  if (mark === undefined) return;
  tell({ type: 'closing', key: mark.key });
  await store.closeMarks([mark.key], mark.since);
  tell({ type: 'closed', key: mark.key });
}

/** Marks that anybody resets. */
async function openForReset(): Promise<void> {
  const mark = createMark(`reset-${draw(4)}`);
  const now = host.clock.now();
  const leasedAt = now - draw(20);
  const inForce = await store.openMark(mark, { leasedAt, now });
  tell({ type: 'opened-for-reset', mark, leasedAt, isInForce: inForce !== undefined });
}

async function reset(): Promise<void> {
  const origin = `reset-${draw(4)}`;
  const at = host.clock.now();
  tell({ type: 'resetting', by: name, origin, at });
  await store.resetMarks({ origin }, at);
  tell({ type: 'reset', by: name, origin, at, doneAt: host.clock.now() });
}

async function prove(): Promise<void> {
  const row = { site: 'p', fingerprint: `${name}-${++count}`, at: host.clock.now() };
  await store.putProven([row]);
  tell({ type: 'proven', row });
}

/** One row that everybody moves: the latest time stays. */
async function proveShared(): Promise<void> {
  const row = { site: 'p', fingerprint: `shared-${draw(3)}`, at: host.clock.now() - draw(50) };
  await store.putProven([row]);
  tell({ type: 'proven', row });
}

async function probe(): Promise<void> {
  const key = `probe-${draw(2)}`;
  const owner = `${name}-${++count}`;
  const now = host.clock.now();
  const expiresAt = now + 200;
  if (!(await store.claimProbes([{ key, since: 0 }], owner, { now, expiresAt }))) return;
  tell({ type: 'taken', name: key, owner, from: host.clock.now(), until: expiresAt });
  await host.clock.sleep(draw(20));
  tell({ type: 'releasing', owner, at: host.clock.now() });
  await store.releaseProbes([key], owner);
}

async function keepRecord(): Promise<void> {
  const id = `${name}-${++count}`;
  await store.appendRecords([recordAt(id, host.clock.now())]);
  tell({ type: 'recorded', id });
}

function createMark(origin: string): Mark {
  const since = host.clock.now();
  const scope = { origin, fingerprint: `${name}-${++count}` };
  return {
    key: `quota ${origin} ${scope.fingerprint}`,
    cause: 'quota',
    scope,
    since,
    until: since + 3_600_000,
    endSetBy: 'ours',
    strikes: 1,
    evidence: 'hammered',
  };
}

function draw(limit: number): number {
  return Math.floor(Math.random() * limit);
}

function pick<Item>(items: readonly Item[]): Item {
  const item = items[draw(items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

/** What was written survives a SIGKILL that comes right after. */
function tell(fact: Fact): void {
  writeSync(diary, `${JSON.stringify(fact)}\n`);
}
