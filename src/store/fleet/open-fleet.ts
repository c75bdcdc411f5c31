/** Makes a state file that of a member of a fleet, and says when the member is alone. */

import { asError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { EventListener } from '../../model/events.ts';
import type { FleetMember, FleetStanding, FoundElsewhere } from '../../model/fleet.ts';
import type { RequestRecord } from '../../model/record.ts';
import type { Channel } from '../sqlite/sqlite-store.ts';
import type { RecordQuery } from '../store.ts';
import { blameFor } from './describe-fleet.ts';
import { FleetChannel, type Membership } from './fleet-channel.ts';
import { Heartbeat, keyOf, type MemberFacts } from './heartbeat.ts';
import { KeptRecords } from './kept-records.ts';
import { memberOf, Questions } from './questions.ts';
import { createBoxes, createSeal, type FleetKeys } from './seal.ts';
import { ValkeyLog } from './valkey-log.ts';

/** Where a fleet is, and what makes this process a member of it. */
export interface FleetPlace {
  /** Of the engine, with its password. */
  readonly url: string;
  /** What all members have, the newest first. */
  readonly keys: FleetKeys;
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
  /** Asks the member that has served this request for its record. Never rejects. */
  find(request: string): Promise<FoundElsewhere>;
  /** Failed and rescued requests of all members, the newest first. Rejects without the engine. */
  findKept(query: RecordQuery): Promise<readonly RequestRecord[]>;
  /** Lets failed and rescued ones of these outlive this member. Never waits. */
  keep(records: readonly RequestRecord[], keptMs: number): void;
  /** Other members are answered from now on. `find` returns a record of this member. */
  answer(find: (request: string) => Promise<RequestRecord | undefined>): void;
  /** Erases the answers that wait at the engine; they would end within 30 s. Never rejects. */
  clear(): Promise<void>;
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
  /** Each reason is told once while it is alone, and `alone` is the present one. */
  const reasons = new Set<string>();
  const onMembership = (membership: Membership, why: string): void => {
    alone = membership === 'alone' ? why : undefined;
    if (membership === 'member') void kept.flush();
    if (isLasting && membership === 'member') heart.start();
    else heart.stop();
    if (alone === undefined) {
      if (reasons.size > 0) emit(tellBack(address.host));
      reasons.clear();
    } else if (!reasons.has(why)) {
      reasons.add(why);
      emit(tellAlone(address.host, why));
    }
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
    ...(isLasting && { onQuestion: (box: string) => void questions.hear(box) }),
    onClose: async () => void (await Promise.all([heart.leave(), kept.flush()])),
  });
  const heart = new Heartbeat({ host, log, seal, describe, position: () => channel.position });
  const boxes = createBoxes(host, keys, `holdfast fleet records ${prefix}`);
  const kept = new KeptRecords({ host, post: log, boxes, machine: () => describe().machine });
  const questions = new Questions({
    host,
    log,
    post: log,
    seal,
    boxes,
    member: () => keyOf(describe()),
    engineNow: () => heart.engineNow(),
  });
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
    find: (request) => findElsewhere({ own: describe().id, heart, kept, questions }, request),
    findKept: (query) => kept.find(query),
    keep: (records, keptMs) => kept.keep(records, keptMs),
    answer: (find) => {
      questions.answer = find;
    },
    clear: () => log.clear().catch(() => undefined), // nobody reads them there either
  });
  return channel;
}

interface Elsewhere {
  /** The letters of this member. */
  readonly own: string;
  readonly heart: Heartbeat;
  readonly kept: KeptRecords;
  readonly questions: Questions;
}

async function findElsewhere(asking: Elsewhere, request: string): Promise<FoundElsewhere> {
  try {
    return await askMembers(asking, request);
  } catch (error) {
    return { kind: 'alone', why: asError(error).message };
  }
}

/** What outlives a member is told where it does not answer itself, which knows more. */
async function askMembers(
  { own, heart, kept, questions }: Elsewhere,
  request: string,
): Promise<FoundElsewhere> {
  await heart.look();
  const [left] = await kept.find({ id: request, limit: 1 });
  const letters = memberOf(request);
  const members = heart.standing().members.filter(({ id, isSelf }) => id === letters && !isSelf);
  let missing: FoundElsewhere = letters === own ? { kind: 'own' } : { kind: 'unknown', letters };
  for (const member of members) {
    if (member.isAway && left !== undefined) continue;
    const answer = await questions.ask(request, member.key);
    const record = answer?.record;
    if (record !== undefined)
      return { kind: 'found', record: { ...record, member: member.machine } };
    const none = answer?.isTooLarge ? 'too-large' : 'none';
    if (missing.kind !== 'silent') missing = { kind: answer ? none : 'silent', member };
  }
  return left === undefined ? missing : { kind: 'found', record: left };
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
  const what = `this member is alone: ${blameFor(why, `the engine at ${engine}`)}. It goes on with what it knows; what it learns now reaches the others when it is back`;
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
