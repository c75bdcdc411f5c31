/** Reads a whole SQLite file of ours, and so finds a damaged page that no query has met yet. */

import { StoreError } from '../../errors.ts';
import type { Files } from '../../host.ts';
import { openDatabase } from './database.ts';
import { createStoreError, findLock } from './faults.ts';
import type { TableLayout } from './layout.ts';

/** Reading more would keep a person waiting. */
const maxBytes = 128 * 1024 * 1024;

/** Undefined for a file that is good, absent or large, and locked by no other program. */
export function findDamage(
  files: Files,
  path: string,
  layout: TableLayout<string>,
): StoreError | undefined {
  const place = { files, path, layout };
  const locked = findLock(place);
  if (locked !== undefined) return locked;
  try {
    if ((files.stamp(path)?.bytes ?? 0) > maxBytes) return undefined;
    const database = openDatabase(place);
    const found = database?.get('quickCheck')?.['quick_check'];
    const isEmpty = layout.isTreasure === true && database?.version() === 0;
    database?.close();
    if (isEmpty) return createStoreError('store-corrupt', place, 'it is empty');
    if (found === undefined || found === 'ok') return undefined;
    const where = String(found).split('\n').at(-1);
    return createStoreError('store-corrupt', place, `a part of it is damaged: ${where}`);
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
}
