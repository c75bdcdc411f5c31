/**
 * The doors to the outside: which files may touch clock, random, timers, network, files and
 * process. Rule `door`.
 */

import { findUses, type Outside } from './outside.ts';
import { type Finding, isProductFile, type SourceFile } from './source-file.ts';

const everything: readonly Outside[] = [
  'clock',
  'random',
  'timers',
  'dispatch',
  'sockets',
  'files',
  'process',
  'spawning',
  'machine',
  'database',
  'threads',
];

/** The declared doors. A path that ends in `/` is a folder. */
const doors: readonly {
  readonly path: string;
  readonly allows: readonly Outside[];
  readonly because: string;
}[] = [
  {
    path: 'src/host.ts',
    allows: everything,
    because: 'the one door: everything else takes a Host',
  },
  {
    path: 'src/host/',
    allows: everything,
    because: 'the rooms behind that door',
  },
  {
    path: 'src/cli/main.ts',
    allows: ['process'],
    because: 'arguments, standard streams and signals enter the program here',
  },
  {
    path: 'src/sim/real-clock.ts',
    allows: ['clock', 'random', 'timers'],
    because: 'the simulator takes nothing of ours, so it has a door of its own',
  },
  { path: 'src/sim/', allows: ['sockets'], because: 'the simulated provider is a server' },
  { path: 'src/workers/', allows: ['sockets'], because: 'a primary accepts for its workers' },
  { path: 'src/gateway/', allows: ['sockets'], because: 'the gateway is a server' },
  {
    path: 'src/page/browser.ts',
    allows: ['clock', 'timers', 'dispatch'],
    because: 'a browser has no Host: it is the one door of the page',
  },
  {
    path: 'src/store/sqlite/',
    allows: ['threads'],
    because: 'the state file may have a thread of its own',
  },
];

/** Finds every use of the outside world in a file that is no door to it. */
export function checkDoors(files: readonly SourceFile[]): readonly Finding[] {
  return files
    .filter((file) => isProductFile(file.path))
    .flatMap((file) =>
      findUses(file)
        .filter((use) => !isDoor(file.path, use.outside))
        .map((use) => ({
          path: file.path,
          line: use.line,
          rule: 'door' as const,
          message: `${use.name} leads outside (${use.outside}): take it from Host, or declare a door in scripts/lib/doors.ts`,
        })),
    );
}

function isDoor(path: string, outside: Outside): boolean {
  return doors.some((door) => door.allows.includes(outside) && matchesDoor(path, door.path));
}

function matchesDoor(path: string, door: string): boolean {
  return door.endsWith('/') ? path.startsWith(door) : path === door;
}
