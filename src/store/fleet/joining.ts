/**
 * How a member's copy becomes that of the log again (docs/decisions/0023-a-fleet-is-a-log.md): it
 * takes the kept state, reads what came after it, and appends what only it has.
 */

import type { Host } from '../../host.ts';
import {
  type LogPosition,
  parseState,
  rememberedEntries,
  rowOfLog,
  type SharedChange,
  type SharedState,
  writeState,
} from '../replica.ts';
import type { OperationName, ParametersOf, ResultOf } from '../sqlite/asked.ts';
import { appendChange, readEntry } from './entries.ts';
import { EntriesMissing, type FleetLog, type KeptState, LogEnded, LogGone } from './log.ts';
import type { FleetSeal } from './seal.ts';
import { toLate } from './shared-changes.ts';

/** So many entries back a log is compared with what this member has applied. */
const comparedEntries = 100;

/** A member on its way into the log. */
export interface Joiner {
  readonly host: Pick<Host, 'randomToken'>;
  readonly log: FleetLog;
  readonly seal: FleetSeal;
  readonly file: <Name extends OperationName>(
    name: Name,
    parameters: ParametersOf<Name>,
  ) => Promise<ResultOf<Name>>;
  /** Throws `LogGone` if it stands nowhere. */
  readonly here: () => LogPosition;
  readonly stand: (position: LogPosition) => void;
  /** Applies entries that are there, or throws `LogGone` where they are missing. */
  readonly read: () => Promise<void>;
}

/**
 * `found` is the position of the log that is there, if one is. True if this member has come from
 * another log.
 */
export async function bringTogether(
  joiner: Joiner,
  found: LogPosition | undefined,
): Promise<boolean> {
  const before = await joiner.file('readPosition', []);
  const isNewer = found === undefined || (await isBehind(joiner, found, before));
  const head = (isNewer ? await begin(joiner) : found) ?? (await findHead(joiner));
  while (await isBroughtTogether(joiner, head));
  if (joiner.seal.isReplacing) await keepState(joiner); // for those with the new key only
  return before !== undefined && before.epoch !== head.epoch;
}

/**
 * True if the log was begun by a member that knew much less than this one, such as a new one: what
 * others add to it are the latest changes only. Or if it has lost its end, because the engine was
 * started again with what it had saved. It is ended then.
 */
async function isBehind(
  { log }: Joiner,
  found: LogPosition,
  mine: LogPosition | undefined,
): Promise<boolean> {
  if (mine === undefined || mine.at <= found.at) return false;
  if (mine.epoch === found.epoch) {
    const present = await log.readPosition(); // another process of this home may have read on
    if (present?.epoch !== mine.epoch || mine.at <= present.at) return false;
  } else if (mine.at <= found.at + rememberedEntries / 2) return false;
  await log.end(found.epoch);
  return true;
}

/** Keeps this member's state in the log, for those who come later. */
export async function keepState({ file, log, seal }: Joiner): Promise<void> {
  const state = await file('readShared', []);
  await log.keepState({ position: state.position, text: signState(seal, state) });
}

/** It cannot stand in the place of an entry. */
const labelOf = (epoch: string): string => `${epoch} state`;

function signState(seal: FleetSeal, state: SharedState): string {
  return seal.sign(labelOf(state.position.epoch), writeState(state));
}

/** Throws `LogGone`, with the reason, if this member cannot go on with it. */
function readState(seal: FleetSeal, { position: { epoch }, text }: KeptState): SharedState {
  const said = seal.verify(labelOf(epoch), text);
  if (said !== undefined) {
    const state = parseState(said);
    if (state !== undefined) return state;
    throw new LogGone('a newer version of holdfast has begun its log: update this member');
  }
  if (seal.verify(epoch, text) === undefined)
    throw new LogGone('its log is of members with another HOLDFAST_FLEET_KEY');
  // The first version signed states like entries.
  throw new LogGone(
    'an older version of holdfast has begun its log: update the others, and empty the engine',
  );
}

/** Goes on with what this member knows. Undefined if another one has begun a log meanwhile. */
async function begin({ host, file, log, seal }: Joiner): Promise<LogPosition | undefined> {
  const mine = await file('readPosition', []);
  const position = { epoch: host.randomToken(16), at: mine?.at ?? 0 };
  await file('redoOutbox', []); // it was on its way into another log
  const outbox = await file('readOutbox', []);
  const state = await file('readShared', []);
  const included = outbox.map((change) => ({ at: position.at, change }));
  const applied = [...state.applied, ...included];
  const sealed = [...state.sealed, rowOfLog(position)];
  const text = signState(seal, { ...state, position, sealed, applied });
  if (!(await log.begin({ position, text }))) return undefined;
  await file('beginAt', [position, outbox]);
  return position;
}

async function findHead({ log }: Joiner): Promise<LogPosition> {
  const position = await log.readPosition();
  if (position === undefined) throw new LogGone('it has been emptied, or begun anew');
  return position;
}

/** True if this member had something of its own, and may have more of it. */
async function isBroughtTogether(joiner: Joiner, head: LogPosition): Promise<boolean> {
  const { file } = joiner;
  const mine = await file('readPosition', []);
  const before = await file('readOutbox', []);
  const isSame = mine?.epoch === head.epoch && (await hasApplied(joiner, mine));
  const canGoOn = isSame && before.length === 0;
  if (!(canGoOn && (await hasGoneOn(joiner, mine, head)))) {
    await replace(joiner, isSame, head);
    await readUpTo(joiner, head.at).catch(async (error: unknown) => {
      throw error instanceof EntriesMissing ? await endLog(joiner, head.epoch) : error;
    });
  }
  const outbox = await file('readOutbox', []);
  for (const change of outbox) await put(joiner, toLate(change));
  return outbox.length > 0;
}

/**
 * False if the log has other entries up to where this copy stands than it has applied: the engine
 * had gone back to what it had saved, and the log has grown again.
 */
async function hasApplied({ file, log, seal }: Joiner, mine: LogPosition): Promise<boolean> {
  const entries = await log.read(Math.max(0, mine.at - comparedEntries), 0);
  const { applied } = await file('readShared', []);
  const known = new Set<string | undefined>([undefined, ...applied.map(({ change }) => change.id)]);
  const idAt = new Map(applied.map(({ at, change }) => [at, change.id]));
  return entries.every((entry) => {
    const id = readEntry(seal, mine.epoch, entry).change?.id;
    const own = idAt.get(entry.at);
    return entry.at > mine.at || (own === undefined ? known.has(id) : own === id);
  });
}

/** False if entries are missing that this copy needs. */
async function hasGoneOn(joiner: Joiner, mine: LogPosition, head: LogPosition): Promise<boolean> {
  joiner.stand(mine);
  try {
    await readUpTo(joiner, head.at);
    return true;
  } catch (error) {
    if (error instanceof EntriesMissing) return false;
    throw error;
  }
}

/** The engine has dropped a part of it, as one does that is short of memory. */
async function endLog({ log }: Joiner, epoch: string): Promise<LogEnded> {
  await log.end(epoch);
  return new LogEnded('a part of it was dropped: all begin anew with what they know');
}

/**
 * Takes the state that was kept in the log; what comes after it is read then. What this member has
 * heard and the log may lack waits in the outbox.
 */
async function replace(joiner: Joiner, isSame: boolean, head: LogPosition): Promise<void> {
  const { log, seal, file, stand } = joiner;
  const kept = await log.readState();
  if (kept?.position.epoch !== head.epoch) throw await endLog(joiner, head.epoch);
  const state = readState(seal, kept);
  const { position } = state;
  const since = isSame ? position.at : await findLacking(joiner, state, head);
  const heard = await file('readAppliedSince', [since]);
  await file('replaceShared', [state, heard]);
  stand(position);
}

/**
 * Behind which position this log may lack what this member has heard in another one: as far back as
 * this one remembers what is part of it, so that nothing is counted twice. Of a log that no part of
 * this one was begun with, all.
 */
async function findLacking(
  { file }: Joiner,
  { sealed = [] }: SharedState,
  head: LogPosition,
): Promise<number> {
  const remembered = head.at - rememberedEntries / 2;
  const mine = await file('readShared', []);
  const { name } = rowOfLog(mine.position);
  if (sealed.some((row) => row.name === name)) return remembered;
  const begun = mine.sealed.find((row) => row.name === name);
  return Math.min(remembered, begun?.version ?? remembered);
}

/** Appends what only this member has, and waits until it has applied it. */
async function put(joiner: Joiner, change: SharedChange): Promise<void> {
  const place = await appendChange(joiner, joiner.here(), { change });
  if (place === 'other-log') throw new LogGone('it has been emptied, or begun anew');
  if (place !== 'moved') return readUpTo(joiner, place);
  await joiner.read();
  return put(joiner, change);
}

async function readUpTo({ here, read }: Joiner, at: number): Promise<void> {
  while (here().at < at) await read();
}
