/**
 * How a member's copy becomes that of the log again (docs/decisions/0023-a-fleet-is-a-log.md): it
 * takes the kept state, reads what came after it, and appends what only it has.
 */

import type { Host } from '../../host.ts';
import { type LogPosition, parseState, rememberedEntries, type SharedChange } from '../replica.ts';
import type { OperationName, ParametersOf, ResultOf } from '../sqlite/asked.ts';
import { type FleetLog, LogGone } from './log.ts';
import type { FleetSeal } from './seal.ts';

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

/** `found` is the position of the log that is there, if one is. */
export async function bringTogether(joiner: Joiner, found: LogPosition | undefined): Promise<void> {
  const head = found ?? (await begin(joiner)) ?? (await findHead(joiner));
  while (await isBroughtTogether(joiner, head));
  if (joiner.seal.isReplacing) await keepState(joiner); // for those with the new key only
}

/** Keeps this member's state in the log, for those who come later. */
export async function keepState({ file, log, seal }: Joiner): Promise<void> {
  const state = await file('readShared', []);
  const { position } = state;
  await log.keepState({ position, text: seal.sign(position.epoch, JSON.stringify(state)) });
}

/** Goes on with what this member knows. Undefined if another one has begun a log meanwhile. */
async function begin({ host, file, log, seal }: Joiner): Promise<LogPosition | undefined> {
  const mine = await file('readPosition', []);
  const position = { epoch: host.randomToken(16), at: mine?.at ?? 0 };
  const outbox = await file('readOutbox', []);
  const state = await file('readShared', []);
  const included = outbox.map((change) => ({ at: position.at, change }));
  const applied = [...state.applied, ...included];
  const text = seal.sign(position.epoch, JSON.stringify({ ...state, position, applied }));
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
  const { file, stand } = joiner;
  const mine = await file('readPosition', []);
  const heard = mine?.epoch === head.epoch ? [] : await listHeard(joiner, head);
  const outbox = await file('readOutbox', []);
  if (mine?.epoch !== head.epoch || outbox.length > 0) await replace(joiner);
  else stand(mine);
  await readUpTo(joiner, head.at);
  for (const change of [...heard, ...outbox]) await put(joiner, change);
  return outbox.length > 0;
}

/**
 * What this member heard from a log that is gone, and may be the only one to have heard. As far
 * back as the new log remembers what is part of it: whatever it has is not counted again.
 */
function listHeard({ file }: Joiner, head: LogPosition): Promise<readonly SharedChange[]> {
  return file('readAppliedSince', [head.at - rememberedEntries / 2]);
}

/** Takes the state that was kept in the log; what comes after it is read then. */
async function replace({ log, seal, file, stand }: Joiner): Promise<void> {
  const kept = await log.readState();
  const text = kept && seal.verify(kept.position.epoch, kept.text);
  if (kept === undefined || text === undefined) throw new LogGone('it keeps no state of ours');
  await file('replaceShared', [parseState(text)]);
  stand(kept.position);
}

/** Appends what only this member has, and waits until it has applied it. */
async function put(joiner: Joiner, change: SharedChange): Promise<void> {
  const { log, seal, here } = joiner;
  const { epoch } = here();
  const place = await log.append(epoch, seal.sign(epoch, JSON.stringify(change)));
  if (typeof place !== 'number') throw new LogGone('it has been emptied, or begun anew');
  await readUpTo(joiner, place);
}

async function readUpTo({ here, read }: Joiner, at: number): Promise<void> {
  while (here().at < at) await read();
}
