/**
 * Chooses a program's store: memory, the state file in this thread, or the state file in a thread
 * of its own. Reports its faults.
 */

import { AccessError, formatFix, type StoreError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { EngineEvent, EventListener } from '../model/events.ts';
import type { Fix } from '../model/fix.ts';
import { type FleetPlace, joinFleet } from './fleet/open-fleet.ts';
import { createInPlaceChannel } from './sqlite/in-place.ts';
import { type Channel, SqliteStore } from './sqlite/sqlite-store.ts';
import { findThreadFile, ThreadChannel } from './sqlite/threaded.ts';
import type { Store } from './store.ts';
import { createUnfailingChannel } from './unfailing.ts';

/**
 * `memory` ends with the process, `in-place` is for short commands, `thread` for long-running
 * programs; in a bundle, which has no file for the thread, it is `in-place`.
 */
export type StoreKind = 'memory' | 'in-place' | 'thread';

/** A fault of the same kind is reported at most this often. */
const retellMs = 60_000;

interface StorePlace {
  readonly host: Pick<Host, 'clock' | 'random' | 'randomToken' | 'files'>;
  readonly path: string;
  readonly emit: EventListener;
  /** Absent: this home is no member of a fleet. */
  readonly fleet?: FleetPlace | undefined;
}

/** Opens nothing and starts no thread before the first use. */
export function openStore(kind: StoreKind, place: StorePlace): Store {
  return new SqliteStore(place.host, openChannel(kind, place));
}

/** Opens nothing and starts no thread before the first use. */
export function openChannel(kind: StoreKind, place: StorePlace): Channel {
  const { host, path, emit, fleet } = place;
  const { clock, files } = host;
  const memory = createInPlaceChannel(files);
  if (kind === 'memory') return memory;
  const hasThread = kind === 'thread' && findThreadFile() !== undefined;
  const file = hasThread ? new ThreadChannel(clock, path) : createInPlaceChannel(files, path);
  const unfailing = createUnfailingChannel(file, memory, (fault) => emit(brokenStore(fault)));
  return fleet === undefined
    ? unfailing
    : joinFleet(unfailing, fleet, { host, emit, isLasting: kind === 'thread' });
}

/** Tells of operations that failed, the same code once a minute. */
export function createFaultReporter(
  host: Pick<Host, 'clock'>,
  emit: EventListener,
): (error: unknown) => void {
  const reportedAt = new Map<string, number>();
  return (error) => {
    const code = error instanceof AccessError ? error.code : 'store-fault';
    const now = host.clock.monotonic();
    if (now - (reportedAt.get(code) ?? Number.NEGATIVE_INFINITY) < retellMs) return;
    reportedAt.set(code, now);
    const what = `what was learned could not be stored: ${error instanceof AccessError ? error.message : String(error)}`;
    const { fix } = error instanceof AccessError ? error : {};
    emit({ type: 'warning', code, text: withFix(what, fix), what, fix });
  };
}

function brokenStore({ code, message, fix }: StoreError): EngineEvent {
  const text = `${withFix(message, fix)}\nIt is left as it is; what is learned from now on is forgotten when this process ends.`;
  return { type: 'warning', code, text, what: message, fix };
}

function withFix(what: string, fix: Fix | undefined): string {
  return fix === undefined ? what : `${what}\nTo fix: ${formatFix(fix)}`;
}
