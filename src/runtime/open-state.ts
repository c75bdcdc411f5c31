/** Opens a runtime's store, as a member of a fleet where the configuration names one. */

import type { Engine } from '../access/request/engine.ts';
import type { Paths } from '../config/files/paths.ts';
import type { ConfigHolder } from '../config/holder/holder.ts';
import { fillIn, fleetKeyVariable, oldFleetKeyVariable } from '../config/resolve/resolve-fleet.ts';
import type { ResolvedConfig } from '../config/resolved/resolved.ts';
import { describeVersion } from '../host/describe-version.ts';
import type { Host } from '../host.ts';
import type { EventListener } from '../model/events.ts';
import { createDigest, type Digest, type MemberFacts } from '../store/fleet/heartbeat.ts';
import type { Fleet, FleetPlace } from '../store/fleet/open-fleet.ts';
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
  readonly fleet: FleetHome | undefined;
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

/** A member, and what it can be asked once its store is open. */
export interface FleetHome extends FleetPlace, Pick<MemberFacts, 'home'> {
  opened(): Fleet | undefined;
}

/** What makes this home a member of a fleet; undefined if it is none. */
export function findFleet(
  host: Pick<Host, 'member' | 'machine' | 'files' | 'randomToken'>,
  paths: Pick<Paths, 'stateFolder'>,
  holder: Pick<ConfigHolder, 'lookUp' | 'current' | 'dotenv'>,
): FleetHome | undefined {
  const { state: address } = holder.current();
  if (address === undefined) return undefined;
  const lookUp = (variable: string): string | undefined => {
    const look = holder.lookUp(variable);
    return look.state === 'found' ? look.value : undefined;
  };
  const [key = '', ...older] = [fleetKeyVariable, oldFleetKeyVariable].flatMap(
    (variable) => lookUp(variable) ?? [],
  );
  const keys = [key, ...older] as const;
  let opened: Fleet | undefined;
  const home = readHomeId(host, paths);
  return {
    url: fillIn(address, lookUp),
    keys,
    home,
    describe: createDescription(
      { member: host.member, machine: host.machine, home },
      holder,
      createDigest(keys),
    ),
    onOpened: (fleet) => {
      opened = fleet;
    },
    opened: () => opened,
  };
}

/** Tells this home from the other members, as long as its folder lives. */
function readHomeId(
  host: Pick<Host, 'files' | 'randomToken'>,
  { stateFolder }: Pick<Paths, 'stateFolder'>,
): string {
  const path = `${stateFolder}/member.id`;
  const made = host.randomToken(9);
  try {
    return host.files.createExclusive(path, `${made}\n`) ? made : host.files.readText(path).trim();
  } catch {
    return made; // nothing can be kept there: it is another home after each start
  }
}

/**
 * Settings that differ between machines as they are meant to: who hears another one has reached the
 * same engine, by whatever name.
 */
const ownSettings: ReadonlySet<string> = new Set([
  'gateway.host',
  'gateway.port',
  'log.folder',
  'state',
]);

/** What this member tells the others; made anew after a change only. */
function createDescription(
  { member: id, machine, home }: Pick<Host, 'member' | 'machine'> & Pick<MemberFacts, 'home'>,
  holder: Pick<ConfigHolder, 'current' | 'dotenv'>,
  digest: Digest,
): () => MemberFacts {
  const version = describeVersion();
  let last: { readonly config: ResolvedConfig; readonly facts: MemberFacts } | undefined;
  return () => {
    const config = holder.current();
    if (last?.config === config) return last.facts;
    const values = config.values.filter(({ key }) => !ownSettings.has(key));
    const sections = Map.groupBy(values, ({ key }) => key.split('.', 1)[0] ?? key);
    const settings = [...sections].map(([name, rows]): [string, string] => {
      const said = rows.map(({ key, value }) => [key, value]);
      return [name, digest(JSON.stringify(said.toSorted()))];
    });
    const { variables: written } = holder.dotenv.current();
    const variables = [...written].flatMap(([name, { value }]): readonly [string, string][] =>
      name === fleetKeyVariable || name === oldFleetKeyVariable ? [] : [[name, digest(value)]],
    );
    const facts = {
      id,
      machine,
      home,
      version,
      settings: Object.fromEntries(settings),
      variables: Object.fromEntries(variables),
      digestOf: digest(''),
    };
    last = { config, facts };
    return facts;
  };
}

/**
 * Deletes records and their contents after the configured time; those of failed and rescued
 * requests outlive a member of a fleet.
 */
export function appendTo(
  store: Store,
  engine: () => Engine,
  fleet: FleetHome | undefined,
): Store['appendRecords'] {
  return async (records) => {
    const { contents, config } = engine();
    const { keptMs } = config().records;
    contents.eraseOld();
    await store.appendRecords(records, keptMs);
    fleet?.opened()?.keep(records, keptMs);
  };
}

/** Other members get the records of this one; contents only while `records.content` is on. */
export function answerFleet(
  fleet: FleetHome | undefined,
  { config, contents }: Pick<Engine, 'config' | 'contents'>,
  history: Pick<Store, 'findRecords'>,
): void {
  fleet?.opened()?.answer(async (id) => {
    const [record] = await history.findRecords({ id, limit: 1 });
    const content = config().records.hasContent ? await contents.find(id) : undefined;
    return record && { ...record, content };
  });
}
