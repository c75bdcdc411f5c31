/**
 * How a member's copy becomes that of the log again (docs/decisions/0023-a-fleet-is-a-log.md): it
 * takes the kept state, reads what came after it, and appends what only it has.
 */

import type { Host } from '../../host.ts';
import {
  type LogPosition,
  parseState,
  rememberedEntries,
  type SharedChange,
  type SharedState,
} from '../replica.ts';
import type { OperationName, ParametersOf, ResultOf } from '../sqlite/asked.ts';
import { appendChange } from './entries.ts';
import { EntriesMissing, type FleetLog, LogEnded, LogGone } from './log.ts';
import type { FleetSeal } from './seal.ts';
import { toLate } from './shared-changes.ts';

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
 * True if the log was begun by a member that knew much less than this one, such as a new one. It is
 * ended then: what others add to it are the latest changes only.
 */
async function isBehind(
  { log }: Joiner,
  found: LogPosition,
  mine: LogPosition | undefined,
): Promise<boolean> {
  if (mine === undefined || mine.epoch === found.epoch) return false;
  if (mine.at <= found.at + rememberedEntries / 2) return false;
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
  return seal.sign(labelOf(state.position.epoch), JSON.stringify(state));
}

/** Goes on with what this member knows. Undefined if another one has begun a log meanwhile. */
async function begin({ host, file, log, seal }: Joiner): Promise<LogPosition | undefined> {
  const mine = await file('readPosition', []);
  const position = { epoch: host.randomToken(16), at: mine?.at ?? 0 };
  const outbox = await file('readOutbox', []);
  const state = await file('readShared', []);
  const included = outbox.map((change) => ({ at: position.at, change }));
  const applied = [...state.applied, ...included];
  const text = signState(seal, { ...state, position, applied });
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
  const canGoOn = mine?.epoch === head.epoch && before.length === 0;
  if (!(canGoOn && (await hasGoneOn(joiner, mine, head)))) {
    await replace(joiner, mine, head);
    await readUpTo(joiner, head.at).catch(async (error: unknown) => {
      throw error instanceof EntriesMissing ? await endLog(joiner, head.epoch) : error;
    });
  }
  const outbox = await file('readOutbox', []);
  for (const change of outbox) await put(joiner, toLate(change));
  return outbox.length > 0;
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
 * heard and the log may lack waits in the outbox: of another log as far back as this one remembers
 * what is part of it, so that nothing is counted twice.
 */
async function replace(
  joiner: Joiner,
  mine: LogPosition | undefined,
  head: LogPosition,
): Promise<void> {
  const { log, seal, file, stand } = joiner;
  const kept = await log.readState();
  if (kept === undefined) throw await endLog(joiner, head.epoch);
  const { position } = kept;
  const text = seal.verify(labelOf(position.epoch), kept.text);
  if (text === undefined) throw new LogGone('it is of members with another HOLDFAST_FLEET_KEY');
  const isSame = mine?.epoch === position.epoch;
  const since = isSame ? position.at : head.at - rememberedEntries / 2;
  const heard = await file('readAppliedSince', [since]);
  await file('replaceShared', [parseState(text), heard]);
  stand(position);
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
