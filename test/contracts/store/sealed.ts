/** Sealed rows, in every store. */

import { expect, it } from 'vitest';
import type { SealedRow } from '../../../src/store/store.ts';
import type { Present } from './rows.ts';

export function testSealed(store: Present): void {
  const row = (name: string, version: number, box = `${name} ${version}`): SealedRow => ({
    name,
    version,
    box,
  });

  it('are kept by name, each with its highest version, of which the first stays', async () => {
    const said = [];
    for (const one of [
      row('b', 2),
      row('a', 1),
      row('b', 1),
      row('b', 2, 'too late'),
      row('b', 3),
      row('c', Number.MAX_SAFE_INTEGER),
      row('c', 7),
    ])
      said.push(await store().putSealed(one));
    expect(said).toEqual(['kept', 'kept', 'older', 'older', 'kept', 'kept', 'older']);
    expect(await store().readSealed()).toEqual([
      row('a', 1),
      row('b', 3),
      row('c', Number.MAX_SAFE_INTEGER),
    ]);
  });

  it('of several that go on from the same version, one wins', async () => {
    const boxes = ['one', 'two', 'three'];
    const said = await Promise.all(boxes.map((box) => store().putSealed(row('a', 1, box))));
    expect(said.toSorted()).toEqual(['kept', 'older', 'older']);
    const [kept] = await store().readSealed();
    expect(kept?.box).toBe(boxes[said.indexOf('kept')]);
  });
}
