/** Which changes of health make the other processes of a home read it again. */

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFolder } from '../../../test/contracts/folder.ts';
import { firstLease as lease, markOf, start } from '../../../test/contracts/store/rows.ts';
import { createNodeFiles } from '../../host/node-files.ts';
import { createOperations } from './operations.ts';
import { StateFile } from './state-file.ts';

it('a mark and its end do, a claim on its probe does not', () => {
  const folder = makeFolder();
  const path = join(folder.path, 'state.db');
  const open = () => createOperations(new StateFile({ files: createNodeFiles(), path }));
  const [one, other] = [open(), open()];
  other.readHealth();
  const mark = markOf();
  const hears = (work: () => unknown): boolean => {
    work();
    return other.pollHealth() !== undefined;
  };
  expect([
    hears(() => one.openMark(mark, lease)),
    hears(() => one.claimProbes([mark], 'me', { now: start, expiresAt: start + 1000 })),
    hears(() => one.releaseProbes([mark.key], 'me')),
    hears(() => one.closeMarks([mark.key], start)),
  ]).toEqual([true, false, false, true]);
  one.close();
  other.close();
  folder.remove();
});
