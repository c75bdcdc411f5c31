/** Opens a runtime's store, as a member of a fleet where the configuration names one. */

import type { ConfigHolder } from '../config/holder/holder.ts';
import { fillIn, fleetKeyVariable, oldFleetKeyVariable } from '../config/resolve/resolve-fleet.ts';
import type { EventListener } from '../model/events.ts';
import type { FleetPlace } from '../store/fleet/open-fleet.ts';
import { createFaultReporter, openStore, type StoreKind } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { SharedHome, type SharedHomeParts } from './shared-home.ts';

/** A kind, an open store, or what opens one. */
export type StoreChoice = StoreKind | Store | ((fleet: FleetPlace | undefined) => Store);

/** Opens the store of a kind, or hands out the one that is given. */
export function openStoreAs(store: StoreChoice, place: Parameters<typeof openStore>[1]): Store {
  if (typeof store === 'string') return openStore(store, place);
  return typeof store === 'function' ? store(place.fleet) : store;
}

/** Undefined if this home is no member of a fleet. */
export function openSharedHome({
  fleet,
  emit,
  isListening,
  ...parts
}: Omit<SharedHomeParts, 'fleet' | 'onFault'> & {
  readonly fleet: FleetPlace | undefined;
  readonly emit: EventListener;
  /** This process keeps the files of its home up to date. */
  readonly isListening: boolean;
}): SharedHome | undefined {
  if (fleet === undefined) return undefined;
  const onFault = createFaultReporter(parts.host, emit);
  const home = new SharedHome({ ...parts, fleet, onFault });
  if (isListening) home.start();
  return home;
}

/** What makes this home a member of a fleet; undefined if it is none. */
export function findFleet(
  address: string | undefined,
  holder: Pick<ConfigHolder, 'lookUp'>,
): FleetPlace | undefined {
  if (address === undefined) return undefined;
  const lookUp = (variable: string): string | undefined => {
    const look = holder.lookUp(variable);
    return look.state === 'found' ? look.value : undefined;
  };
  const [key = '', ...older] = [fleetKeyVariable, oldFleetKeyVariable].flatMap(
    (variable) => lookUp(variable) ?? [],
  );
  return { url: fillIn(address, lookUp), keys: [key, ...older] };
}
