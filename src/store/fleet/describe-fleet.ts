/** A fleet in words for people. Pure. */

import { assertNever } from '../../errors.ts';
import type { FleetMember, FleetStanding, FoundElsewhere } from '../../model/fleet.ts';

/** Clocks that differ by less do no harm. */
const skewMs = 2000;

/** For example `3 members, 1 away`, or that it is `alone in its fleet`, and why. */
export function describeFleet({ engine, alone, members }: FleetStanding): string {
  if (alone !== undefined)
    return `alone in its fleet: ${blameFor(alone, `the engine at ${engine}`)}`;
  const away = members.filter(({ isAway }) => isAway).length;
  const count = members.length - away;
  return `${count} ${count === 1 ? 'member' : 'members'}${away === 0 ? '' : `, ${away} away`}`;
}

/** For example `the engine cannot be used (READONLY …)`; a state file names itself. */
export function blameFor(why: string, engine: string): string {
  return ofStateFile.test(why) ? why : `${engine} cannot be used (${why})`;
}

const ofStateFile = /^the (thread of the )?state file\b/;

/** For example `web-2 (3fa1)`. */
export function nameMember({ machine, id }: Pick<FleetMember, 'machine' | 'id'>): string {
  return `${machine} (${id})`;
}

/** Why no record of a request was found; undefined if the fleet has nothing to do with it. */
export function describeMissing(found: FoundElsewhere, now: number): string | undefined {
  switch (found.kind) {
    case 'found':
    case 'own':
      return undefined;
    case 'alone':
      return `this member is alone and cannot ask the others (${found.why})`;
    case 'unknown':
      return `no member ${found.letters}, which its id names, was heard in the last ten minutes`;
    case 'none':
      return `member ${nameMember(found.member)} has no record of it`;
    case 'too-large':
      return `member ${nameMember(found.member)} has this record, and it is too large to be passed on: ask there`;
    case 'silent':
      return `member ${nameMember(found.member)} has served it and does not answer; last ${heard(found.member, now)}`;
    default:
      return assertNever(found);
  }
}

function heard({ seenAt }: Pick<FleetMember, 'seenAt'>, now: number): string {
  return `heard ${Math.max(0, Math.round((now - seenAt) / 1000))} s ago`;
}

export interface FleetFault {
  readonly what: string;
  readonly evidence: string;
  readonly fix: string;
  /** It does no harm now. */
  readonly isHarmless: boolean;
}

/** What is wrong between the members and with their engine. */
export function listFleetFaults(standing: FleetStanding, now: number): readonly FleetFault[] {
  const { engine, alone, members, engineFaults } = standing;
  const own = members.find(({ isSelf }) => isSelf);
  return [
    ...(alone === undefined ? [] : [tellAlone(engine, alone)]),
    ...engineFaults.map((fault) => engineWords[fault](engine)),
    ...members.flatMap((member) => judgeMember(member, own, now)),
  ];
}

function tellAlone(engine: string, why: string): FleetFault {
  return {
    what: `this member of the fleet is alone: ${blameFor(why, `the engine at ${engine}`)}`,
    evidence: 'it goes on with what it knows; budgets give out nothing more',
    fix:
      aloneFixes.find(([reason]) => reason.test(why))?.[1] ?? 'start the engine, or correct state',
    isHarmless: false,
  };
}

/** By the engine's own words, and ours. An engine that runs is not to be started. */
const aloneFixes: readonly (readonly [reason: RegExp, fix: string])[] = [
  [
    /another HOLDFAST_FLEET_KEY/,
    "write the other members' HOLDFAST_FLEET_KEY into .env here, and restart this member: the engine is not at fault",
  ],
  [ofStateFile, 'mend what its disk or its file says: the engine is not at fault'],
  [/did not answer/, 'start the engine, find what is slow on the way to it, or correct state'],
  [/altnames/, 'write a name that its certificate has into state'],
  [
    /self-signed|local issuer|first certificate/,
    'name the file of its CA in NODE_EXTRA_CA_CERTS, and restart this member',
  ],
  [/MISCONF/, 'the engine cannot save: mend its disk or its folder, which its log names'],
  [/\bOOM\b/, 'the engine is full: raise its maxmemory'],
  [/READONLY/, 'this engine is a replica: name its primary in state'],
  [/NOAUTH|WRONGPASS/, 'correct the user and the password in state, and restart this member'],
  [/NOPERM/, 'give the user in state the right that it lacks at the engine (ACL SETUSER)'],
  [
    /WRONGTYPE/,
    'something else writes there: delete its keys, or name a ?prefix= of its own in state',
  ],
  [/^[A-Z]{3,} /, 'the engine runs, and refuses this: mend it there, or name another one in state'],
];

const engineWords = {
  evicts: (engine: string): FleetFault => ({
    what: `the engine at ${engine} drops keys when it is short of memory (maxmemory-policy)`,
    evidence: 'a fleet whose log was dropped begins anew with what its members know',
    fix: 'set its maxmemory-policy to noeviction',
    isHarmless: false,
  }),
  forgets: (engine: string): FleetFault => ({
    what: `the engine at ${engine} keeps nothing over a restart (no appendonly, no save)`,
    evidence: 'then the members begin anew with what they know',
    fix: 'set appendonly yes, unless that is meant',
    isHarmless: true,
  }),
} as const;

function judgeMember(
  member: FleetMember,
  own: FleetMember | undefined,
  now: number,
): readonly FleetFault[] {
  const { clockAheadMs, seenAt, isAway, isSelf, version, otherSettings, otherVariables } = member;
  const name = nameMember(member);
  const seen = `seen ${Math.max(0, Math.round((now - seenAt) / 1000))} s ago`;
  const fault = (what: string, fix: string, isHarmless = false): FleetFault => ({
    what,
    evidence: seen,
    fix,
    isHarmless,
  });
  const found: FleetFault[] = [];
  const skew = Math.abs(clockAheadMs);
  if (skew > skewMs)
    found.push(
      fault(
        `the clock of ${name} is ${(skew / 1000).toFixed(1)} s ${clockAheadMs > 0 ? 'ahead of' : 'behind'} that of the engine`,
        'let both machines set their clocks by NTP',
      ),
    );
  if (isSelf) return found;
  if (isAway)
    found.push(fault(`${name} is away`, 'start it, or see what keeps it from the engine', true));
  if (own !== undefined && version !== own.version)
    found.push(
      fault(`${name} is holdfast ${version}, and this is ${own.version}`, 'update one', true),
    );
  // Those of another version have other settings and defaults.
  if (otherSettings.length > 0 && version === own?.version)
    found.push(
      fault(
        `the configuration of ${name} differs: ${otherSettings.join(', ')}`,
        'give both the same config.yaml',
      ),
    );
  if (otherVariables.length > 0)
    found.push(
      fault(`the .env of ${name} differs: ${otherVariables.join(', ')}`, 'give both the same .env'),
    );
  return found;
}
