/** Everything that a measurement needs: the provider, the contenders, and the durations. */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contender, ContenderName } from './contender.ts';
import { everybody, startContenders } from './contenders.ts';
import { encodeRequest, runClosedLoop } from './load.ts';
import { moveToLoadCore } from './machine.ts';
import { startUpstream, type Upstream, wholeAnswer } from './upstream.ts';

/** How much is measured. */
export interface Effort {
  readonly rounds: number;
  readonly batchMs: number;
  /**
   * Load on each fresh process before measuring, since a running gateway has compiled its code and
   * grown its heap.
   */
  readonly warmMs: number;
  /** The numbers of requests after which memory is read first, and last. */
  readonly memoryFrom: number;
  readonly memoryTo: number;
  readonly slowStreams: number;
  readonly slowSeconds: number;
  /** The number of credential choices for each size of pool. */
  readonly choices: number;
}

export interface Arena {
  readonly upstream: Upstream;
  readonly contenders: readonly Contender[];
  readonly effort: Effort;
  /** Returns those of the named that are available. */
  pick(...names: readonly ContenderName[]): readonly Contender[];
  /**
   * Starts a fresh process and warms it up. The provider sends whole answers until the next scene.
   */
  restart(contender: Contender): Promise<void>;
  close(): Promise<void>;
}

export interface ArenaOptions {
  readonly isProfiling?: boolean;
  /** Default: every contender. */
  readonly makers?: Parameters<typeof startContenders>[1];
}

export async function openArena(
  effort: Effort,
  { isProfiling = false, makers = everybody }: ArenaOptions = {},
): Promise<Arena> {
  moveToLoadCore();
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const results = join(import.meta.dirname, 'results');
  if (isProfiling) mkdirSync(results, { recursive: true });
  const upstream = await startUpstream();
  const profile = isProfiling ? { profileTo: results } : {};
  const contenders = await startContenders(
    { folder, upstreamPort: upstream.port, ...profile },
    makers,
  );
  for (const contender of contenders) await warmUp(contender, effort.warmMs);
  return {
    upstream,
    contenders,
    effort,
    pick: (...names) => contenders.filter(({ name }) => names.includes(name)),
    restart: async (contender) => {
      upstream.play(wholeAnswer);
      await contender.restart();
      await warmUp(contender, effort.warmMs);
    },
    close: async () => {
      await Promise.all(contenders.map((contender) => contender.stop()));
      await upstream.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function warmUp(contender: Contender, forMs: number): Promise<void> {
  if (contender.pid === undefined) return;
  await runClosedLoop(contender, encodeRequest(contender, 900), { connections: 64, forMs });
}
