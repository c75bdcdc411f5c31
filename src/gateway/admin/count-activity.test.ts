/** Recent activity is read when somebody asks for it first, and again where that failed. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { recordOf } from '../../../test/fakes/record.ts';
import type { EngineEvent, EventListener } from '../../model/events.ts';
import { countRecentActivity } from './count-activity.ts';

it('is read anew after a state file that could not be read, and counts each request once', async () => {
  const listeners = new Set<EventListener>();
  let isBusy = true;
  const activity = countRecentActivity({
    host: createFakeHost({ now: 1000 }),
    history: {
      findRecords: async () => {
        if (isBusy) throw new Error('the state file is busy');
        return [recordOf({ id: 'before' })];
      },
      readUsage: async () => [],
      readSeries: async () => [],
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  const end = (event: EngineEvent): void => {
    for (const listener of listeners) listener(event);
  };
  await expect(activity.read()).rejects.toThrow('busy');
  expect(listeners.size).toBe(0);
  isBusy = false;
  await activity.read();
  end({ type: 'finished', record: recordOf({ id: 'after' }) });
  const requests = (await activity.read()).requests();
  expect(requests.map(({ id }) => id)).toEqual(['after', 'before']);
  activity.close();
  expect(listeners.size).toBe(0);
});
