/**
 * Recent activity for the admin API: started on the first request for it, with today's records from
 * the store. It costs nothing before.
 */

import type { RecentActivity } from '../../explain/snapshot/recent-activity.ts';
import { readRecentActivity } from '../../explain/snapshot/take-snapshot.ts';
import type { RequestRecord } from '../../model/record.ts';
import type { Runtime } from '../../runtime.ts';

export function countRecentActivity({
  host,
  history,
  subscribe,
}: Pick<Runtime, 'host' | 'history' | 'subscribe'>): {
  readonly read: () => Promise<RecentActivity>;
  readonly close: () => void;
} {
  let counted: Promise<RecentActivity> | undefined;
  let close = (): void => undefined;
  /** A request that ends while the store is read counts once. */
  const begin = async (): Promise<RecentActivity> => {
    const meanwhile: RequestRecord[] = [];
    let note = (record: RequestRecord): unknown => meanwhile.push(record);
    close = subscribe((event) => {
      if (event.type === 'finished') note(event.record);
    });
    const { activity, ids } = await readRecentActivity(host, history);
    for (const record of meanwhile) if (!ids.has(record.id)) activity.note(record);
    note = (record) => activity.note(record);
    return activity;
  };
  return {
    read: () => {
      counted ??= begin().catch((error: unknown) => {
        // the next one who asks reads it anew
        counted = undefined;
        close();
        throw error;
      });
      return counted;
    },
    close: () => close(),
  };
}
