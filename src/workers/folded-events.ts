/**
 * Events that every process of a gateway finds by itself, such as a warning about a key, are told
 * once: what has just been told with the same words is not told again.
 */

import { RecentMap } from '../credentials/recent/recent-map.ts';
import type { Clock } from '../host.ts';
import type { EngineEvent, EventListener } from '../model/events.ts';

/** For so many ms an event of this type is not told again. Others are always told. */
const foldedMs: { readonly [Type in EngineEvent['type']]?: number } = {
  warning: 10 * 60_000,
  'config-refused': 5000,
  'config-reloaded': 5000,
};

/** Of more texts, those told longest ago are forgotten. */
const textLimit = 200;

export function foldEvents(
  clock: Pick<Clock, 'monotonic'>,
  listener: EventListener,
): EventListener {
  const untilOf = new RecentMap<string, number>(textLimit);
  return (event) => {
    const ms = foldedMs[event.type];
    if (ms === undefined || !('text' in event)) return listener(event);
    const now = clock.monotonic();
    const key = `${event.type}: ${event.text}`;
    if ((untilOf.get(key) ?? now) > now) return;
    untilOf.set(key, now + ms);
    listener(event);
  };
}
