/** Everything a measurement needs: the provider, the contenders, and how long to measure. */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contender, ContenderName } from './contender.ts';
import { startContenders } from './contenders.ts';
import { moveToLoadCore } from './machine.ts';
import { startUpstream, type Upstream, wholeAnswer } from './upstream.ts';

/** How much is measured. */
export interface Effort {
  readonly rounds: number;
  readonly batchMs: number;
  /** Requests after which memory is read first, and last. */
  readonly memoryFrom: number;
  readonly memoryTo: number;
  readonly slowStreams: number;
  readonly slowSeconds: number;
  /** Choices of a credential for each size of pool. */
  readonly choices: number;
}

export interface Arena {
  readonly upstream: Upstream;
  readonly contenders: readonly Contender[];
  readonly effort: Effort;
  /** Those of the named that are there. */
  pick(...names: readonly ContenderName[]): readonly Contender[];
  /** A fresh process, ready to answer; the provider gives whole answers until the next scene. */
  restart(contender: Contender): Promise<void>;
  close(): Promise<void>;
}

export async function openArena(effort: Effort, isProfiling: boolean): Promise<Arena> {
  moveToLoadCore();
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const results = join(import.meta.dirname, 'results');
  if (isProfiling) mkdirSync(results, { recursive: true });
  const upstream = await startUpstream();
  const profile = isProfiling ? { profileTo: results } : {};
  const contenders = await startContenders({ folder, upstreamPort: upstream.port, ...profile });
  return {
    upstream,
    contenders,
    effort,
    pick: (...names) => contenders.filter(({ name }) => names.includes(name)),
    restart: (contender) => {
      upstream.play(wholeAnswer);
      return contender.restart();
    },
    close: async () => {
      await Promise.all(contenders.map((contender) => contender.stop()));
      await upstream.close();
      rmSync(folder, { recursive: true });
    },
  };
}
