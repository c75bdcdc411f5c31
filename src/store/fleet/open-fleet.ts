/** Makes a state file that of a member of a fleet, and says when the member is alone. */

import type { Host } from '../../host.ts';
import type { EventListener } from '../../model/events.ts';
import type { Channel } from '../sqlite/sqlite-store.ts';
import { FleetChannel, type Membership } from './fleet-channel.ts';
import { createSeal } from './seal.ts';
import { ValkeyLog } from './valkey-log.ts';

/** Where a fleet is, and what makes this process a member of it. */
export interface FleetPlace {
  /** Of the engine, with its password. */
  readonly url: string;
  /** What all members have, the newest first. */
  readonly keys: readonly [string, ...string[]];
}

/** Fleets that share an engine have different ones: `?prefix=NAME` behind the address. */
const defaultPrefix = 'holdfast';

export function joinFleet(
  file: Channel,
  { url, keys }: FleetPlace,
  {
    host,
    emit,
  }: {
    readonly host: Pick<Host, 'clock' | 'random' | 'randomToken'>;
    readonly emit: EventListener;
  },
): Channel {
  const address = new URL(url);
  const prefix = address.searchParams.get('prefix') ?? defaultPrefix;
  address.search = '';
  const log = new ValkeyLog({ clock: host.clock, url: address.href, prefix });
  let wasAlone = false;
  const onMembership = (membership: Membership, why: string): void => {
    if (membership === 'member' && !wasAlone) return;
    wasAlone = membership === 'alone';
    emit(wasAlone ? tellAlone(address.host, why) : tellBack(address.host));
  };
  return new FleetChannel({ host, file, log, seal: createSeal(keys), onMembership });
}

function tellAlone(engine: string, why: string): Parameters<EventListener>[0] {
  const what = `this member is alone: the engine at ${engine} cannot be used (${why}). It goes on with what it knows; what it learns now reaches the others when it is back`;
  return { type: 'warning', code: 'fleet-alone', text: what, what };
}

function tellBack(engine: string): Parameters<EventListener>[0] {
  const what = `this member is back at the engine at ${engine}: all members know the same again`;
  return { type: 'warning', code: 'fleet-back', text: what, what };
}
