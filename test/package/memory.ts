/**
 * The gateway of the package stays small: idle, under load, and when it is quiet again. The bounds
 * are wider than the goals, which `node bench/memory-table.ts` measures.
 */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measureLife } from '../../bench/resident-memory.ts';
import { type Installed, nodeNames } from '../../scripts/lib/installed-package.ts';

/** Megabytes of a process that serves. */
const bounds = { idle: 100, loaded: 250, quiet: 140 };

/** On a busy machine V8 gives back what it has collected only after more than a minute. */
const life = { requests: 20_000, quietAt: bounds.quiet - 1, quietMs: 240_000 };

/** One process, and two workers. */
const cases = nodeNames.flatMap((name) => [0, 2].map((workers) => ({ name, workers })));

export function testMemory(installed: () => Installed): void {
  // They wait most of the time, and memory does not mind company.
  describe.concurrent('memory of the gateway', () => {
    it.each(cases)('on the Node that is $name, $workers workers', async ({ name, workers }) => {
      const { package: folder, nodes } = installed();
      const node = join(nodes[name], 'node');
      const started = { folder, node, memory: 'small', workers } as const;
      const { idle, loaded, quiet } = await measureLife(started, life);
      expect(idle.serving).toBeLessThan(bounds.idle);
      expect(loaded.serving).toBeLessThan(bounds.loaded);
      expect(quiet.serving).toBeLessThan(bounds.quiet);
    });
  });
}
