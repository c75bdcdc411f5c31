/**
 * `npm run bench`: what Holdfast costs beside a direct call, nginx and Portkey's gateway, in one
 * interleaved run. docs/performance.md says how to read it. `--only small,events`, `--quick`,
 * `--long` (memory over a million requests, and of the page over half an hour), `--profile` (CPU
 * profiles of the gateway in bench/results), `--json`. Exit code 1 when a goal is missed.
 */

import { parseArgs } from 'node:util';
import { type Arena, type Effort, openArena } from './arena.ts';
import { measureChat } from './chat.ts';
import { describeLoad, describeMachine } from './machine.ts';
import { measureFlatMemory } from './memory.ts';
import { measurePage } from './page.ts';
import { measureProtocols } from './protocols.ts';
import { type Finding, formatFinding, isMet } from './report.ts';
import { measureSelection } from './selection.ts';
import { measureSessions } from './sessions.ts';
import { measureSlowStreams } from './slow-streams.ts';
import { measureSaturation, measureSingle, measureSteady } from './speed.ts';
import { measureStart } from './start.ts';
import { measureEvents, measureFirstEvent } from './streams.ts';

const usual: Effort = {
  rounds: 5,
  batchMs: 2000,
  warmMs: 6000,
  memoryFrom: 50_000,
  memoryTo: 300_000,
  slowStreams: 1000,
  slowSeconds: 20,
  choices: 20_000,
};
const quick: Effort = {
  ...usual,
  rounds: 3,
  batchMs: 500,
  warmMs: 2000,
  memoryFrom: 10_000,
  memoryTo: 30_000,
  slowSeconds: 5,
  choices: 5000,
};

const small = { size: '1 kB', padding: 900, cpuOfNginx: 5, ratePortkey: 7 };
const large = { size: '100 kB', padding: 100_000, cpuOfNginx: 4, ratePortkey: 12 };

/** What `--only` names; `relay` needs the contenders, `inner` does not. */
type Measurement =
  | {
      readonly name: string;
      readonly kind: 'relay';
      readonly run: (arena: Arena) => Promise<Finding>;
    }
  | {
      readonly name: string;
      readonly kind: 'inner';
      readonly run: (effort: Effort) => Promise<Finding>;
    };

const measurements: readonly Measurement[] = [
  { name: 'small', kind: 'relay', run: (arena) => measureSaturation(arena, small) },
  { name: 'large', kind: 'relay', run: (arena) => measureSaturation(arena, large) },
  { name: 'single', kind: 'relay', run: measureSingle },
  { name: 'steady', kind: 'relay', run: measureSteady },
  { name: 'first-event', kind: 'relay', run: measureFirstEvent },
  { name: 'events', kind: 'relay', run: measureEvents },
  { name: 'protocols', kind: 'relay', run: measureProtocols },
  { name: 'slow-streams', kind: 'relay', run: measureSlowStreams },
  { name: 'memory', kind: 'relay', run: measureFlatMemory },
  { name: 'selection', kind: 'inner', run: measureSelection },
  { name: 'sessions', kind: 'inner', run: measureSessions },
  { name: 'chat', kind: 'inner', run: measureChat },
  { name: 'start', kind: 'inner', run: measureStart },
  {
    name: 'page',
    kind: 'inner',
    run: () => measurePage({ pairs: flags.quick ? 3 : 10, minutes: flags.long ? 30 : 3 }),
  },
];

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
  },
});

const chosen = choose(flags.only);
const effort = {
  ...(flags.quick ? quick : usual),
  ...(flags.long ? { memoryTo: 1_000_000, pageMinutes: 30 } : {}),
};
const startedAt = describeLoad();
if (!flags.json) console.log(`${describeMachine()}; load ${startedAt}\n`);
const findings = await measureAll();
const missed = findings.flatMap(({ verdicts }) => verdicts).filter((verdict) => !isMet(verdict));
const load = { before: startedAt, after: describeLoad() };
if (flags.json) {
  const machine = describeMachine();
  console.log(JSON.stringify({ schema: 'holdfast.bench/1', machine, load, findings }, null, 2));
} else console.log(`${missed.length} goals missed; load ${load.after}`);
process.exitCode = missed.length === 0 ? 0 : 1;

function choose(only: string | undefined): readonly Measurement[] {
  if (only === undefined) return measurements;
  const names = only.split(',');
  const known = measurements.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return measurements.filter(({ name }) => names.includes(name));
  console.error(`--only takes some of ${known.join(',')}, not "${unknown}"`);
  process.exit(2);
}

async function measureAll(): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  const arena = chosen.some(({ kind }) => kind === 'relay')
    ? await openArena(effort, { isProfiling: flags.profile })
    : undefined;
  try {
    for (const measurement of chosen) {
      const finding = await measureOne(measurement, arena);
      if (finding === undefined) continue;
      found.push(finding);
      if (!flags.json) console.log(`${formatFinding(finding)}\n`);
    }
  } finally {
    await arena?.close();
  }
  return found;
}

async function measureOne(
  measurement: Measurement,
  arena: Arena | undefined,
): Promise<Finding | undefined> {
  if (measurement.kind === 'inner') return measurement.run(effort);
  return arena === undefined ? undefined : measurement.run(arena);
}
