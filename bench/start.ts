/**
 * Measures the start of commands that only print something, beyond the time that Node takes to
 * start and end. Both are interleaved.
 */

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeHost } from '../src/host/node-host.ts';
import type { RequestRecord } from '../src/model/record.ts';
import { createInPlaceStore } from '../src/store/sqlite/in-place.ts';
import { median } from './figures.ts';
import { type Finding, formatNumber, type Row, type Verdict } from './report.ts';

const root = join(import.meta.dirname, '..');
const pairs = 20;

interface Spoken {
  readonly word: string;
  /** The goal beyond Node itself, from sources and built; or in total, built. */
  readonly above?: { readonly sources: number; readonly built: number };
  readonly inAll?: number;
}

const words: readonly Spoken[] = [
  ...['--version', '--help'].map((word) => ({ word, above: { sources: 30, built: 15 } })),
  ...['why', 'explain', 'doctor'].map((word) => ({ word, inAll: 300 })),
];

/** Measures the sources and, after `npm run build`, the package as it is published. */
export async function measureStart(): Promise<Finding> {
  const built = makePackage();
  const home = await fillHome();
  const places = [
    { what: 'sources', folder: root } as const,
    ...(built === undefined ? [] : [{ what: 'built', folder: built } as const]),
  ];
  try {
    const found = places.flatMap(({ what, folder }) =>
      words.map((spoken) => ({ ...spoken, what, ...comparePairs(folder, spoken.word, home) })),
    );
    return {
      title: `start and end of a command, median of ${pairs} interleaved pairs, ms: whole, bare Node, difference`,
      rows: found.map(
        ({ word, what, whole, bare, more }): Row => ({
          who: `${word}, ${what}`,
          figures: [whole, bare, more].map(formatNumber),
        }),
      ),
      verdicts: found.flatMap(({ word, what, above, inAll, whole, more }): readonly Verdict[] => {
        const name = `${word}, ${what}`;
        if (above !== undefined)
          return [
            {
              what: `${name}, above Node`,
              value: more,
              unit: ' ms',
              goal: { atMost: above[what] },
            },
          ];
        if (inAll === undefined || what === 'sources') return [];
        return [{ what: name, value: whole, unit: ' ms', goal: { atMost: inAll } }];
      }),
    };
  } finally {
    rmSync(home, { recursive: true });
    if (built !== undefined) rmSync(built, { recursive: true });
  }
}

/**
 * Creates a home with a full state: the maximum number of requests, half of them failed. Nobody
 * listens at its provider.
 */
async function fillHome(): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), 'holdfast-home-'));
  const up = {
    base_url: 'http://127.0.0.1:9/v1',
    protocol: 'openai-chat',
    api_key: 'sk-test-of-the-bench',
  };
  writeFileSync(
    join(home, 'config.yaml'),
    JSON.stringify({ main: 'up/model', gateway: { port: 0 }, providers: { up } }),
    { mode: 0o600 },
  );
  const host = createNodeHost({});
  const store = createInPlaceStore(host, join(home, 'state.db'));
  const now = host.clock.now();
  for (let from = 0; from < 10_000; from += 100)
    await store.appendRecords(
      Array.from({ length: 100 }, (_, index) => makeRecord(from + index, now)),
    );
  await store.close();
  await host.close();
  return home;
}

function makeRecord(index: number, now: number): RequestRecord {
  const at = now - index * 20_000;
  const isFailed = index % 2 === 1;
  const cause = 'auth-rejected';
  const failure = {
    class: cause,
    rule: 'status-401',
    message: 'Incorrect API key provided.',
  } as const;
  const asked = {
    target: 'up/model',
    credential: 'up:config',
    fingerprint: 'sha256:1234567890abcdef',
  };
  return {
    id: `hfr_${index}`,
    at,
    durationMs: 900,
    task: 'main',
    model: 'main',
    protocol: 'openai-chat',
    operation: 'generate',
    streamed: true,
    ...(isFailed ? { outcome: 'failed', cause } : { outcome: 'answered', answeredBy: 'up/model' }),
    attempts: [
      { ...asked, startedAt: at, durationMs: 800, ...(isFailed ? { status: 401, failure } : {}) },
    ],
    skipped: [],
    notes: [],
  };
}

/**
 * Creates a folder without sources, so that the launcher uses the built program; undefined if there
 * is none.
 */
function makePackage(): string | undefined {
  if (!existsSync(join(root, 'dist/program/main.js'))) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-start-'));
  // Node looks beside the target of a link.
  cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true });
  for (const name of ['dist', 'node_modules', 'package.json'])
    symlinkSync(join(root, name), join(folder, name));
  return folder;
}

function comparePairs(
  folder: string,
  word: string,
  home: string,
): { whole: number; bare: number; more: number } {
  const launcher = join(folder, 'bin/holdfast.js');
  const start = (argv: readonly string[]): number => {
    const startedAt = performance.now();
    spawnSync(process.execPath, [...argv], {
      stdio: 'ignore',
      env: { PATH: process.env['PATH'], HOME: home, HOLDFAST_HOME: home },
    });
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
