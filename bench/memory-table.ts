/**
 * `node bench/memory-table.ts` installs the package into an empty prefix and prints its resident
 * memory: on the oldest Node that it allows and on the one that runs this, with `gateway.memory`
 * small and fast, as one process and with two workers. `--requests 1000000` (default 200,000),
 * `--nodes oldest`, `--memory small`, `--workers 0` take a part. Exits with 1 if `small` misses a
 * goal.
 */

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installPackage, type NodeName, nodeNames } from '../scripts/lib/installed-package.ts';
import type { Packaged } from './contenders.ts';
import { describeLoad, describeMachine, moveToLoadCore } from './machine.ts';
import { type MemoryOfLife, measureLife, type Resident } from './resident-memory.ts';

/** Megabytes of a process that serves. */
const goals = { idle: 90, loaded: 250, quiet: 130 };

const { values: flags } = parseArgs({
  options: {
    requests: { type: 'string', default: '200000' },
    nodes: { type: 'string', default: nodeNames.join() },
    memory: { type: 'string', default: 'small,fast' },
    workers: { type: 'string', default: '0,2' },
  },
});
const chosen = (names: string): readonly string[] => names.split(',');
const processes = chosen(flags.workers).map(Number);
const served = chosen(flags.memory).flatMap((memory) =>
  processes.map((workers) => ({ memory: memory === 'fast' ? memory : 'small', workers }) as const),
);

moveToLoadCore();
console.log(`${describeMachine()}; load ${describeLoad()}`);
console.log(
  'MB: a minute after the start, the most under load, a minute after it; CPU of a request\n',
);
const installed = installPackage();
let isWell = true;
try {
  for (const name of nodeNames.filter((one) => chosen(flags.nodes).includes(one)))
    for (const one of served) isWell = (await measure(name, one)) && isWell;
} finally {
  installed.remove();
}
process.exitCode = isWell ? 0 : 1;

/** Whether it meets the goals, which `fast` has not. */
async function measure(
  name: NodeName,
  served: Pick<Packaged, 'memory' | 'workers'>,
): Promise<boolean> {
  const node = join(installed.nodes[name], 'node');
  const life = await measureLife(
    { folder: installed.package, node, ...served },
    { requests: Number(flags.requests) },
  );
  console.log(describeLife(`Node ${name}, ${served.memory}, ${served.workers} workers`, life));
  return served.memory === 'fast' || isMet(life);
}

function isMet({ idle, loaded, quiet }: MemoryOfLife): boolean {
  return (
    idle.serving <= goals.idle && loaded.serving <= goals.loaded && quiet.serving <= goals.quiet
  );
}

function describeLife(
  what: string,
  { idle, loaded, quiet, requests, cpuUs }: MemoryOfLife,
): string {
  const cells = [idle, loaded, quiet].map(describeResident);
  return `| ${[what, ...cells, `${requests.toLocaleString('en-US')}: ${cpuUs.toFixed(0)} µs`].join(' | ')} |`;
}

/** `87`, or `77 (251 in all)` with workers. */
function describeResident({ serving, all }: Resident): string {
  const one = serving.toFixed(0);
  return all > serving ? `${one} (${all.toFixed(0)} in all)` : one;
}
