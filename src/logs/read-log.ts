/**
 * The log read again, for `holdfast logs`: lines of all days that fit, oldest first, and those that
 * come.
 */

import type { Host } from '../host.ts';
import { type LogEntry, parseJsonLine } from './entry.ts';
import { listLogFiles } from './log-file.ts';

export interface LogQuery {
  readonly errors?: boolean | undefined;
  readonly task?: string | undefined;
  readonly request?: string | undefined;
  /** Epoch ms. */
  readonly since?: number | undefined;
}

/** A person who watches does not see the difference. */
const lookEveryMs = 500;

type Doors = Pick<Host, 'files'>;

/** The newest `limit` lines that fit. */
export function readLog(
  host: Doors,
  folder: string,
  { limit, ...query }: LogQuery & { readonly limit: number },
): readonly LogEntry[] {
  const found: LogEntry[] = [];
  for (const path of listLogFiles(host, folder).toReversed()) {
    found.unshift(
      ...parseLogLines(host.files.readText(path)).filter((entry) => matchesQuery(entry, query)),
    );
    if (found.length >= limit) break;
  }
  return found.slice(-limit);
}

/** Lines that are added from now on, until the signal is aborted. */
export async function* followLog(
  host: Pick<Host, 'files' | 'clock'>,
  folder: string,
  { query, signal }: { readonly query: LogQuery; readonly signal: AbortSignal },
): AsyncGenerator<LogEntry> {
  const tails = new Map<string, Tail>();
  for (const path of listLogFiles(host, folder)) readTail(host, path, tails);
  for (;;) {
    for (const path of listLogFiles(host, folder).slice(-2))
      yield* readTail(host, path, tails).filter((entry) => matchesQuery(entry, query));
    const isStopped = await host.clock.sleep(lookEveryMs, signal).then(
      () => false,
      () => true,
    );
    if (isStopped) return;
  }
}

/** How far a file has been read. */
interface Tail {
  readonly identity: string;
  readonly length: number;
}

/** The whole lines that have come since it was last read. */
function readTail({ files }: Doors, path: string, tails: Map<string, Tail>): readonly LogEntry[] {
  const identity = files.stamp(path)?.identity;
  const before = tails.get(path);
  if (identity === undefined || identity === before?.identity) return [];
  const text = files.readText(path);
  const length = text.lastIndexOf('\n') + 1;
  tails.set(path, { identity, length });
  return parseLogLines(text.slice(before?.length ?? 0, length));
}

function parseLogLines(text: string): readonly LogEntry[] {
  return text.split('\n').flatMap((line) => parseJsonLine(line) ?? []);
}

function matchesQuery({ at, level, task, request }: LogEntry, query: LogQuery): boolean {
  if (query.errors === true && level !== 'error') return false;
  if (query.since !== undefined && at < query.since) return false;
  return (query.task ?? task) === task && (query.request ?? request) === request;
}
