/** How long a command takes that only says something of itself, beyond what Node takes to start and end. Both interleaved. */

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './figures.ts';
import { type Finding, formatNumber, type Row, type Verdict } from './report.ts';

const root = join(import.meta.dirname, '..');
const pairs = 20;
const words = ['--version', '--help'];

/** The sources, and where `npm run build` was run the package as it is published. */
export async function measureStart(): Promise<Finding> {
  const built = makePackage();
  const places = [
    { what: 'from sources', folder: root, atMost: 30 },
    ...(built === undefined ? [] : [{ what: 'built', folder: built, atMost: 15 }]),
  ];
  try {
    const found = places.flatMap(({ what, folder, atMost }) =>
      words.map((word) => ({ what: `${word}, ${what}`, atMost, ...comparePairs(folder, word) })),
    );
    return {
      title: `start and end of a command, median of ${pairs} interleaved pairs, ms: whole, bare Node, difference`,
      rows: found.map(
        ({ what, whole, bare, more }): Row => ({ who: what, figures: [whole, bare, more].map(formatNumber) }),
      ),
      verdicts: found.map(
        ({ what, more, atMost }): Verdict => ({
          what: `${what}, above Node`,
          value: more,
          unit: ' ms',
          goal: { atMost },
        }),
      ),
    };
  } finally {
    if (built !== undefined) rmSync(built, { recursive: true });
  }
}

/** A folder without sources, so that the launcher takes what was built; undefined where nothing was. */
function makePackage(): string | undefined {
  if (!existsSync(join(root, 'dist/cli/main.js'))) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-start-'));
  cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true }); // Node looks beside what a link points at
  for (const name of ['dist', 'node_modules', 'package.json'])
    symlinkSync(join(root, name), join(folder, name));
  return folder;
}

function comparePairs(folder: string, word: string): { whole: number; bare: number; more: number } {
  const launcher = join(folder, 'bin/holdfast.js');
  const start = (argv: readonly string[]): number => {
    const startedAt = performance.now();
    spawnSync(process.execPath, [...argv], { stdio: 'ignore' });
    return performance.now() - startedAt;
  };
  start([launcher, word]); // fills the compile cache
  const runs = Array.from({ length: pairs }, () => ({
    bare: start(['-e', '0']),
    whole: start([launcher, word]),
  }));
  return {
    whole: median(runs.map(({ whole }) => whole)),
    bare: median(runs.map(({ bare }) => bare)),
    more: median(runs.map(({ whole, bare }) => whole - bare)),
  };
}
