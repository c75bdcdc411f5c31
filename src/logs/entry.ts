/**
 * One line of the log: a value, its line of JSON for the file, and its line for people
 * (docs/logs.md). Pure.
 */

import { describeClock } from '../access/wording/when.ts';

export type LogLevel = 'info' | 'warning' | 'error';

/** What a line tells of. */
export type LogEvent =
  | 'rescued'
  | 'failed'
  | 'fallback'
  | 'task-failing'
  | 'config-reloaded'
  | 'config-refused'
  | 'warning';

export interface LogEntry {
  /** Epoch ms. */
  readonly at: number;
  readonly level: LogLevel;
  readonly event: LogEvent;
  /** A sentence for people. */
  readonly text: string;
  /** The request; of a folded line the last. */
  readonly request?: string | undefined;
  readonly task?: string | undefined;
  readonly caller?: string | undefined;
  /** Who failed first. */
  readonly target?: string | undefined;
  /** The class of that failure; of a warning its code. */
  readonly cause?: string | undefined;
  /** Of a folded line: how many the same, beside the first that had a line of its own. */
  readonly times?: number | undefined;
  /** Of a folded line: when the first of them was, epoch ms. */
  readonly since?: number | undefined;
}

/** As it stands in the file; times in ISO 8601. */
export function toJsonLine({ at, since, ...rest }: LogEntry): string {
  const from = since === undefined ? undefined : new Date(since).toISOString();
  return `${JSON.stringify({ at: new Date(at).toISOString(), ...rest, since: from })}\n`;
}

/**
 * Undefined for an invalid line: another program wrote it, or it was cut when the disk was full.
 */
export function parseJsonLine(line: string): LogEntry | undefined {
  try {
    const { at, since, ...rest } = JSON.parse(line) as Omit<LogEntry, 'at' | 'since'> & {
      readonly at: string;
      readonly since?: string;
    };
    const whole = {
      ...rest,
      at: Date.parse(at),
      since: since === undefined ? undefined : Date.parse(since),
    };
    return Number.isNaN(whole.at) || typeof rest.text !== 'string' ? undefined : whole;
  } catch {
    return undefined;
  }
}

/** `14:03:21 rescued title_generation for claude-cli: Answered after … [hfr_1]`. */
export function toTextLine(
  { at, event, text, request, task, caller, times }: LogEntry,
  now: number,
): string {
  const whose = [task, caller === undefined ? undefined : `for ${caller}`].filter(
    (part) => part !== undefined,
  );
  const head = [describeClock(at, now), event, ...whose].join(' ');
  const count = times === undefined ? '' : `${times} more times: `;
  return `${head}: ${count}${text}${request === undefined ? '' : ` [${request}]`}\n`;
}
