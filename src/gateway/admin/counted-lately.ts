/**
 * What has ended lately, for the admin API: begun when it is first asked for, with what the store
 * knows of today. Until then it costs nothing.
 */

import type { Lately } from '../../explain/snapshot/lately.ts';
import { readLately } from '../../explain/snapshot/take-snapshot.ts';
import type { RequestRecord } from '../../model/record.ts';
import type { Runtime } from '../../runtime.ts';

export function countLately({
  host,
  history,
  subscribe,
}: Pick<Runtime, 'host' | 'history' | 'subscribe'>): {
  readonly read: () => Promise<Lately>;
  readonly close: () => void;
} {
  let counted: Promise<Lately> | undefined;
  let close = (): void => undefined;
  /** What ends while the store is read counts once. */
  const begin = async (): Promise<Lately> => {
    const meanwhile: RequestRecord[] = [];
    let note = (record: RequestRecord): unknown => meanwhile.push(record);
    close = subscribe((event) => {
      if (event.type === 'finished') note(event.record);
    });
    const { lately, ids } = await readLately(host, history);
    for (const record of meanwhile) if (!ids.has(record.id)) lately.note(record);
    note = (record) => lately.note(record);
    return lately;
  };
  return {
    read: () => {
      counted ??= begin();
      return counted;
    },
    close: () => close(),
  };
}
