/** Makes a state file that of a member of a fleet, and says when the member is alone. */

import { asError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { EventListener } from '../../model/events.ts';
import type { FleetMember, FleetStanding } from '../../model/fleet.ts';
import type { Channel } from '../sqlite/sqlite-store.ts';
import { FleetChannel, type Membership } from './fleet-channel.ts';
import { Heartbeat, type MemberFacts } from './heartbeat.ts';
import { createSeal } from './seal.ts';
import { ValkeyLog } from './valkey-log.ts';

/** Where a fleet is, and what makes this process a member of it. */
export interface FleetPlace {
  /** Of the engine, with its password. */
  readonly url: string;
  /** What all members have, the newest first. */
  readonly keys: readonly [string, ...string[]];
  /** What this member tells the others of itself. */
  readonly describe: () => MemberFacts;
  readonly onOpened: (fleet: Fleet) => void;
}

/** What a member can be asked about its fleet. */
export interface Fleet {
  /** Never rejects: without the engine it is what was known last. */
  standing(): Promise<FleetStanding>;
  /** Waits up to 3 s until all others have done what this member has done. Never rejects. */
  findUntold(): Promise<Untold>;
}

export interface Untold {
  /** Why nobody was told. Absent: those who could be were. */
  readonly alone?: string | undefined;
  readonly members: readonly Pick<FleetMember, 'id' | 'machine'>[];
}

/** Fleets that share an engine have different ones: `?prefix=NAME` behind the address. */
const defaultPrefix = 'holdfast';

const untoldTries = 15;
const untoldPauseMs = 200;

interface FleetParts {
  readonly host: Pick<Host, 'clock' | 'random' | 'randomToken'>;
  readonly emit: EventListener;
  /** It stays, and tells the others that it is there. */
  readonly isLasting: boolean;
}

export function joinFleet(file: Channel, place: FleetPlace, parts: FleetParts): Channel {
  const { url, keys, describe, onOpened } = place;
  const { host, emit, isLasting } = parts;
  const address = new URL(url);
  const prefix = address.searchParams.get('prefix') ?? defaultPrefix;
  address.search = '';
  const log = new ValkeyLog({ clock: host.clock, url: address.href, prefix });
  const seal = createSeal(keys);
  let alone: string | undefined;
  let hasSkipped = false;
  const onMembership = (membership: Membership, why: string): void => {
    const wasAlone = alone !== undefined;
    alone = membership === 'alone' ? why : undefined;
    if (isLasting && membership === 'member') heart.start();
    else heart.stop();
    if (membership === 'member' && !wasAlone) return;
    emit(alone === undefined ? tellBack(address.host) : tellAlone(address.host, why));
  };
  const channel: FleetChannel = new FleetChannel({
    host,
    file,
    log,
    seal,
    onMembership,
    onUnknown: () => {
      if (!hasSkipped) emit(tellSkipped);
      hasSkipped = true;
    },
    onClose: () => heart.leave(),
  });
  const heart = new Heartbeat({ host, log, seal, describe, position: () => channel.position });
  const look = async (): Promise<string | undefined> => {
    try {
      await heart.look();
      return alone;
    } catch (error) {
      return alone ?? asError(error).message;
    }
  };
  onOpened({
    standing: async () => {
      const why = isLasting ? alone : await look();
      return { engine: address.host, alone: why, ...heart.standing() };
    },
    findUntold: () => findUntold(host, heart, look),
  });
  return channel;
}

async function findUntold(
  { clock }: Pick<Host, 'clock'>,
  heart: Heartbeat,
  look: () => Promise<string | undefined>,
): Promise<Untold> {
  for (let tries = 1; ; tries += 1) {
    const alone = await look();
    const others = heart.standing().members.filter(({ isSelf }) => !isSelf);
    if (alone !== undefined) return { alone, members: others };
    const behind = new Set(heart.listBehind());
    const members = others.filter(({ key }) => behind.has(key));
    if (members.every(({ isAway }) => isAway) || tries === untoldTries) return { members };
    await clock.sleep(untoldPauseMs);
  }
}

function tellAlone(engine: string, why: string): Parameters<EventListener>[0] {
  const what = `this member is alone: the engine at ${engine} cannot be used (${why}). It goes on with what it knows; what it learns now reaches the others when it is back`;
  return { type: 'warning', code: 'fleet-alone', text: what, what };
}

const skipped =
  'another member of the fleet has another version of holdfast: changes that this one does not know are skipped here. Give all members the same version';
const tellSkipped = {
  type: 'warning',
  code: 'fleet-skipped',
  text: skipped,
  what: skipped,
} as const;

function tellBack(engine: string): Parameters<EventListener>[0] {
  const what = `this member is back at the engine at ${engine}: all members know the same again`;
  return { type: 'warning', code: 'fleet-back', text: what, what };
}
