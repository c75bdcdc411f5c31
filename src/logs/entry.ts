/**
 * Defines one line of the log, and writes it as JSON for the file and as text for people
 * (docs/logs.md). Pure.
 */

import { describeClock } from '../access/wording/when.ts';

export type LogLevel = 'info' | 'warning' | 'error';

export type LogEvent =
  | 'started'
  | 'stopping'
  | 'rescued'
  | 'failed'
  | 'fallback'
  | 'task-failing'
  | 'config-reloaded'
  | 'config-refused'
  | 'change-asked'
  | 'warning';

export interface LogEntry {
  /** Epoch ms. */
  readonly at: number;
  readonly level: LogLevel;
  readonly event: LogEvent;
  /** Must be a sentence for people. */
  readonly text: string;
  /** The request; of a folded line the last. */
  readonly request?: string | undefined;
  readonly task?: string | undefined;
  readonly caller?: string | undefined;
  /** The first target that failed. */
  readonly target?: string | undefined;
  /** Names the class of that failure, or the code of a warning. */
  readonly cause?: string | undefined;
  /** On a folded line, the number of repeats after the first, which has its own line. */
  readonly times?: number | undefined;
  /** On a folded line, the time of the first repeat, epoch ms. */
  readonly since?: number | undefined;
}

/** Formats the line for the file; times are in ISO 8601. */
export function toJsonLine({ at, since, ...rest }: LogEntry): string {
  const from = since === undefined ? undefined : new Date(since).toISOString();
  return `${JSON.stringify({ at: new Date(at).toISOString(), ...rest, since: from })}\n`;
}

/**
 * Returns undefined for an invalid line: another program wrote it, or it was cut when the disk was
 * full.
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

/** Returns `14:03:21 rescued title_generation for claude-cli: Answered after … [hfr_1]`. */
export function toTextLine(
  { at, event, text, request, task, caller, times }: LogEntry,
  now: number,
): string {
  const whose = [task, caller === undefined ? undefined : `for ${caller}`].filter(
    (part) => part !== undefined,
  );
  const head = [describeClock(at, now), event, ...whose].join(' ');
  const count = times === undefined ? '' : `${times} more ${times === 1 ? 'time' : 'times'}: `;
  return `${head}: ${count}${text}${request === undefined ? '' : ` [${request}]`}\n`;
}
