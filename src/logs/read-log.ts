/** Reads the log for `holdfast logs`: matching lines of all days, oldest first, and new ones. */

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

/** Short enough to look immediate to a person. */
const lookEveryMs = 500;

type Doors = Pick<Host, 'files'>;

export interface LogLook extends LogQuery {
  readonly limit: number;
  /** No older file is read after so many characters. Default: all are. */
  readonly mostRead?: number;
  /** No line behind these ends is read. Default: to the end. */
  readonly ends?: LogEnds | undefined;
}

/** How far each file has been read: what comes behind it is new. */
export type LogEnds = ReadonlyMap<string, Tail>;

export function findLogEnds(host: Doors, folder: string): LogEnds {
  const ends = new Map<string, Tail>();
  for (const path of listLogFiles(host, folder)) readTail(host, path, ends);
  return ends;
}

/** Returns the newest `limit` lines that match; reads backwards, and no further than it must. */
export function readLog(
  host: Doors,
  folder: string,
  { limit, mostRead = Number.POSITIVE_INFINITY, ends, ...query }: LogLook,
): readonly LogEntry[] {
  const found: LogEntry[] = [];
  let read = 0;
  for (const path of listLogFiles(host, folder).toReversed()) {
    const end = ends === undefined ? undefined : (ends.get(path)?.length ?? 0);
    const text = host.files.readText(path).slice(0, end);
    for (const line of linesBackwards(text)) {
      const entry = mayMatch(line, query) ? parseJsonLine(line) : undefined;
      if (entry !== undefined && matchesQuery(entry, query)) found.push(entry);
      if (found.length >= limit) return found.reverse();
    }
    read += text.length;
    if (read >= mostRead) break;
  }
  return found.reverse();
}

function* linesBackwards(text: string): Generator<string> {
  for (let end = text.length; end > 0; ) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    yield text.slice(start, end);
    end = start - 1;
  }
}

/** A line without these words need not be parsed. */
function mayMatch(line: string, { errors, request = '' }: LogQuery): boolean {
  return (errors !== true || line.includes('error')) && line.includes(request);
}

/** Yields the lines behind `ends` until the signal is aborted. */
export async function* followLog(
  host: Pick<Host, 'files' | 'clock'>,
  folder: string,
  {
    query,
    signal,
    ends = findLogEnds(host, folder),
  }: {
    readonly query: LogQuery;
    readonly signal: AbortSignal;
    readonly ends?: LogEnds | undefined;
  },
): AsyncGenerator<LogEntry> {
  const tails = new Map(ends);
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

/** Remembers how far a file has been read. */
interface Tail {
  readonly identity: string;
  readonly length: number;
}

/** Returns the complete lines added since the last call. */
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
