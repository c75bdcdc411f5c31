/** Where Hermes's files and the environment hold different keys for one provider: which would have won there, which wins here. */

import { createHash } from 'node:crypto';
import { fingerprintOf } from '../../config/fingerprint.ts';
import { listRows, variableOf } from './keys.ts';
import type { ImportedProvider } from './providers.ts';
import { judgeValue, referenceIn } from './variables.ts';

/** One key in one place: never the key itself. */
interface ShownPlace {
  readonly where: string;
  /** As our own lists show it. */
  readonly fingerprint: string;
}

export interface KeyConflict {
  readonly provider: string;
  /** In the order in which Hermes takes them: its pool, the variables it is filled from, what config names. */
  readonly places: readonly ShownPlace[];
  readonly there: ShownPlace;
  /** Absent while none of them is used here. */
  readonly here?: ShownPlace | undefined;
}

/** Nothing where all places of a provider hold one key. */
export function findConflict(provider: ImportedProvider): readonly KeyConflict[] {
  const { name, origin, named, rows, known } = provider;
  const places = new Map<string, ShownPlace>();
  for (const { where, value } of [...rows, ...known, ...named]) {
    if (value === undefined || judgeValue(value) !== 'key' || referenceIn(value) !== undefined) continue;
    if (!places.has(where)) places.set(where, { where, fingerprint: fingerprintOf(origin, value) });
  }
  const all = [...places.values()];
  const [there] = all;
  if (there === undefined || all.every(({ fingerprint }) => fingerprint === there.fingerprint)) return [];
  const used = [...named, ...rows, ...known].find(({ isUsed, value }) => isUsed && value !== undefined);
  return [{ provider: name, places: all, there, here: places.get(used?.where ?? '') }];
}

/** Remarks on rows that were filled from an older value of their variable, and on states that are not carried over. */
export function noteRows({ found, remarks, pools, origin }: ImportedProvider): void {
  for (const row of listRows(found, pools)) {
    const variable = variableOf(row);
    const copied = row.text('access_token');
    const setting = found.variables.findKey(variable ?? '');
    // Hermes's own fingerprint is of the secret alone
    const digest = createHash('sha256')
      .update(setting?.value ?? '')
      .digest('hex');
    const seen = copied === undefined ? row.text('secret_fingerprint') : copied;
    const current = copied === undefined ? `sha256:${digest.slice(0, 16)}` : setting?.value;
    if (setting !== undefined && seen !== undefined && seen !== current) {
      const old = copied === undefined ? '' : ` (${fingerprintOf(origin, copied)})`;
      const fresh = fingerprintOf(origin, setting.value);
      remarks.add('stale-copy', row, { variable, old, place: setting.where, fresh });
    }
    const [status = 'ok', code] = [row.text('last_status'), row.number('last_error_code')];
    if (status !== 'ok')
      remarks.add('state-left', row, { state: code === undefined ? status : `${status} (${code})` });
  }
}
