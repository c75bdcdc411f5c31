/** First hours of five people, each a script that reads as they type: hours/*.sh. */

import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Installed } from '../../scripts/lib/installed-package.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { openShell } from './shell.ts';

const folder = join(import.meta.dirname, 'hours');
const tools = join(import.meta.dirname, '../../node_modules/.bin');

/** No hours: what they share. */
const shared = ['prelude.sh', 'contained.sh'];

/** It gives up rights that only root has. */
const needsRoot = (name: string): boolean => name === 'operator.sh';

const hours = readdirSync(folder).filter((name) => name.endsWith('.sh') && !shared.includes(name));

export function testHours(installed: () => Installed): void {
  let sim: SimulatedProvider;
  beforeAll(async () => {
    sim = await startSimulatedProvider();
    chmodSync(installed().folder, 0o755);
  });
  afterAll(() => sim.close());

  describe('the first hour, as typed in', () => {
    it.each(hours)('%s', async (name) => {
      if (needsRoot(name) && process.getuid?.() !== 0) return;
      const shell = openShell(installed(), {
        environment: {
          HOLDFAST_PORT: '46533',
          SIM: sim.url,
          TARBALL: installed().tarball,
          HOURS: folder,
          ...installed().npm,
        },
      });
      for (const path of [shell.home, shell.folder]) chmodSync(path, 0o755);
      const line = `PATH="$PATH:${tools}"; cat "$HOURS/prelude.sh" "$HOURS/${name}" | sh -s`;
      const { status, talk } = await shell.run(line);
      expect({ status, talk }).toMatchObject({ status: 0 });
    });
  });
}
