/** An entry that is written again counts nowhere: nearby it is remembered, and far away too old. */

import { expect, it } from 'vitest';
import { start } from '../../../test/contracts/store/rows.ts';
import { MemoryEngine } from '../../../test/fakes/memory-log.ts';
import { rememberedEntries, type SharedChange } from '../replica.ts';
import { appendChange, readEntry } from './entries.ts';
import type { FleetLog } from './log.ts';
import { createSeal } from './seal.ts';

const seal = createSeal(['test key']);
const change: SharedChange = { id: 'one', name: 'resetMarks', parameters: [{}, start] };
const here = { epoch: 'epoch', at: 100 };

async function append(place: number) {
  const texts: string[] = [];
  const append: FleetLog['append'] = async (_epoch, text) => {
    texts.push(text);
    return place;
  };
  const log: FleetLog = { ...new MemoryEngine().open(), append };
  const appended = await appendChange({ log, seal }, here, { change });
  return { appended, text: texts[0] ?? '' };
}

it.each([
  ['next', 101, true],
  ['as far as is remembered of two', 100 + rememberedEntries / 2, true],
  ['further', 101 + rememberedEntries / 2, false],
])('its place is %s', async (_, place, counts) => {
  const { appended, text } = await append(place);
  expect(appended).toBe(counts ? place : 'moved');
  expect(readEntry(seal, 'epoch', { at: place, text }).change).toEqual(counts ? change : undefined);
  expect(readEntry(seal, 'another', { at: place, text }).change).toBeUndefined();
});
