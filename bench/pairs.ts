/**
 * `npm run bench:pairs -- REVISION` compares this checkout with an earlier commit, by the CPU of
 * each scene in interleaved pairs. A scene with a wide interval is measured again, up to three
 * times as many pairs. Exits with 1 if something became more expensive than allowed. `--only 'an
 * event,relayed'` takes the scenes with one of these in their name, `--pairs 10`.
 * docs/performance.md says how to read it.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type Allowance,
  isTooDear,
  isWide,
  type PairedRatio,
  ratioOf,
} from '../scripts/lib/paired-ratio.ts';
import { type Arena, openArena } from './arena.ts';
import type { Contender } from './contender.ts';
import { bothCheckouts } from './contenders.ts';
import { describeLoad, describeMachine } from './machine.ts';
import {
  isPossible,
  type Leg,
  relays,
  type Scene,
  translatedScenes,
  translations,
} from './protocols.ts';

/** A kind of scene, and its allowed extra cost. */
interface Kind {
  readonly name: string;
  readonly legs: readonly Leg[];
  readonly allowed: Allowance;
}

const kinds: readonly Kind[] = [
  { name: 'relayed', legs: relays, allowed: { low: 0.03, median: 0.06 } },
  { name: 'translated', legs: translations, allowed: { low: 0.06, median: 0.12 } },
];

const batchMs = 700;
const mostTimes = 3;
const root = join(import.meta.dirname, '..');

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, pairs: { type: 'string', default: '10' } },
});
const [revision] = positionals;
const pairs = Number(flags.pairs);
if (revision === undefined || !(pairs >= 6)) {
  console.error(
    'npm run bench:pairs -- REVISION [--only relayed,translated,…] [--pairs 10]: six pairs at least',
  );
  process.exit(2);
}
process.exitCode = (await compareWith(revision)) ? 0 : 1;

async function compareWith(earlier: string): Promise<boolean> {
  const folder = checkOut(earlier);
  const effort = { rounds: pairs, batchMs, warmMs: 6000, memoryFrom: 0, memoryTo: 0 };
  const arena = await openArena(
    { ...effort, slowStreams: 0, slowSeconds: 0, choices: 0 },
    { makers: bothCheckouts(folder) },
  );
  console.log(`${describeMachine()}; load ${describeLoad()}; this checkout beside ${earlier}\n`);
  try {
    let dear = 0;
    for (const kind of kinds) dear += await measureKind(arena, kind);
    console.log(`\n${dear} became dearer than is allowed; load ${describeLoad()}`);
    return dear === 0;
  } finally {
    await arena.close();
    rmSync(folder, { recursive: true });
  }
}

/** Checks out the earlier commit in its own folder. It shares our packages if they are the same. */
function checkOut(earlier: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-before-'));
  const archive = execFileSync('git', ['archive', earlier], { cwd: root, maxBuffer: 2 ** 30 });
  execFileSync('tar', ['-x'], { cwd: folder, input: archive });
  const [lock, ours] = [folder, root].map((place) =>
    readFileSync(join(place, 'package-lock.json'), 'utf8'),
  );
  if (lock === ours) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  else execFileSync('npm', ['ci'], { cwd: folder, stdio: 'ignore' });
  return folder;
}

async function measureKind(arena: Arena, { name, legs, allowed }: Kind): Promise<number> {
  let dear = 0;
  for (const leg of legs)
    for (const scene of translatedScenes.filter((one) => isPossible(one, leg))) {
      const what = `${name} ${leg.name}, ${scene.what}`;
      if (!isAsked(what)) continue;
      const { ratio, count, us } = await measurePairs(arena, leg, scene);
      const isDear = isTooDear(ratio, allowed);
      if (isDear) dear += 1;
      const words = `${percent(ratio.median)} (${percent(ratio.low)} to ${percent(ratio.high)}), ${count} pairs, ${us} µs`;
      console.log(`${isDear ? 'DEARER' : 'well  '}  ${what}: ${words}`);
    }
  return dear;
}

function isAsked(what: string): boolean {
  return flags.only?.split(',').some((part) => what.includes(part)) ?? true;
}

interface Measured {
  readonly ratio: PairedRatio;
  readonly count: number;
  /** The last figure of this checkout. */
  readonly us: string;
}

async function measurePairs(arena: Arena, leg: Leg, scene: Scene): Promise<Measured> {
  const [ours] = arena.pick('holdfast');
  const [theirs] = arena.pick('before');
  if (ours === undefined || theirs === undefined) throw new Error('a gateway is not running');
  const measure = (gateway: Contender): Promise<number> => scene.run({ arena, gateway, leg });
  await measure(theirs);
  await measure(ours);
  const found: [number, number][] = [];
  for (;;) {
    for (let pair = 0; pair < pairs; pair++)
      found.push(await measurePair(measure, { ours, theirs, pair }));
    const ratio = ratioOf(found);
    if (!isWide(ratio) || found.length >= mostTimes * pairs)
      return { ratio, count: found.length, us: (found.at(-1)?.[1] ?? 0).toFixed(1) };
  }
}

interface Pair {
  readonly ours: Contender;
  readonly theirs: Contender;
  readonly pair: number;
}

/** They take turns in going first, since the second finds a warmer machine. */
async function measurePair(
  measure: (gateway: Contender) => Promise<number>,
  { ours, theirs, pair }: Pair,
): Promise<[before: number, after: number]> {
  if (pair % 2 === 0) return [await measure(theirs), await measure(ours)];
  const after = await measure(ours);
  return [await measure(theirs), after];
}

function percent(ratio: number): string {
  const points = 100 * (ratio - 1);
  return `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(1)} %`;
}
