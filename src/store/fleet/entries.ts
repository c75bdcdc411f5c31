/**
 * What an entry of the log says: a change or a question, and the position at which its sender
 * stood. Far behind that position it counts no more, so that nobody can write it again later.
 */

import {
  type Entry,
  type LogPosition,
  parseSent,
  rememberedEntries,
  type SharedChange,
} from '../replica.ts';
import type { Appended, FleetEntry, FleetLog } from './log.ts';
import type { FleetSeal } from './seal.ts';

/** Whoever writes an entry again within this has written what is remembered. */
const reach = rememberedEntries / 2;

/** `moved` also if so much was appended meanwhile that the entry does not count. */
export async function appendChange(
  { log, seal }: { readonly log: FleetLog; readonly seal: FleetSeal },
  { epoch, at }: LogPosition,
  { change, ifAt }: { readonly change: SharedChange; readonly ifAt?: number | undefined },
): Promise<Appended> {
  const text = seal.sign(epoch, JSON.stringify({ after: at, change }));
  const place = await log.append(epoch, text, ifAt);
  if (typeof place !== 'number') return place;
  if (place <= at) return 'other-log'; // the engine has gone back to what it had saved
  return place > at + reach ? 'moved' : place;
}

/** A question to the other members, in a box: it changes nothing. */
export function appendQuestion(
  { log, seal }: { readonly log: Pick<FleetLog, 'append'>; readonly seal: FleetSeal },
  { epoch, at }: LogPosition,
  question: string,
): Promise<Appended> {
  return log.append(epoch, seal.sign(epoch, JSON.stringify({ after: at, question })));
}

export interface ReadEntry extends Entry {
  readonly question?: string | undefined;
}

/** With neither it is not one of ours, is one that was written again, or unknown here. */
export function readEntry(seal: FleetSeal, epoch: string, { at, text }: FleetEntry): ReadEntry {
  const said = seal.verify(epoch, text);
  if (said === undefined) return { at };
  const sent = parseSent(said);
  if (sent === undefined) return { at, isUnknown: true };
  return at > sent.after + reach ? { at } : { at, change: sent.change, question: sent.question };
}
