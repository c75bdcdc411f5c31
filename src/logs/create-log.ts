/**
 * Creates the gateway's log, which listens to the engine's events and writes lines to a terminal or
 * to files (docs/logs.md).
 */

import type { Host } from '../host.ts';
import type { EngineEvent, EventListener } from '../model/events.ts';
import { type LogEntry, type LogLevel, toJsonLine, toTextLine } from './entry.ts';
import { Lasting } from './lasting.ts';
import { LogFile } from './log-file.ts';
import { Repeats } from './repeats.ts';
import { factsOf, sentenceOf } from './request-entries.ts';

export interface LogOptions {
  readonly host: Pick<Host, 'clock' | 'files'>;
  readonly folder: string;
  readonly keep: number;
  /** `text` writes lines for people to `talk`; `json` writes lines of JSON to files. */
  readonly format: 'text' | 'json';
  readonly talk: (text: string) => void;
}

export interface Log {
  readonly listen: EventListener;
  /** Writes all pending lines. */
  close(): Promise<void>;
}

/** Events that are logged unchanged. */
type LoggedEvent = Exclude<EngineEvent, { readonly type: 'finished' | 'rescue' | 'waiting' }>;

const levels: Readonly<Record<LoggedEvent['type'], LogLevel>> = {
  'config-reloaded': 'info',
  'config-refused': 'error',
  warning: 'warning',
};

/**
 * Events of the gateway as a whole go to `talk` in both formats, since nobody reads log files while
 * it starts.
 */
export function createLog({ host, folder, keep, format, talk }: LogOptions): Log {
  const file =
    format === 'json' ? new LogFile({ host, folder, keep, tell: sayWarning }) : undefined;
  const write = (entry: LogEntry): void => {
    if (file !== undefined) file.add(toJsonLine(entry));
    else talk(toTextLine(entry, host.clock.now()));
  };
  const repeats = new Repeats(host.clock, write);
  const lasting = new Lasting(write);

  function sayWarning(text: string): void {
    talk(`warning: ${text}\n`);
  }

  function noteEvent(event: LoggedEvent): void {
    talk(`${event.type}: ${event.text}\n`);
    if (file === undefined) return;
    const { type, text } = event;
    const cause = type === 'warning' ? event.code : undefined;
    write({ at: host.clock.now(), level: levels[type], event: type, text, cause });
  }

  return {
    listen: (event) => {
      // The line of the request includes it.
      if (event.type === 'rescue' || event.type === 'waiting') return;
      if (event.type !== 'finished') return noteEvent(event);
      const { record } = event;
      const { outcome, attempts, skipped } = record;
      const isPlain = outcome === 'answered' && attempts.length === 1 && skipped.length === 0;
      const facts = isPlain ? undefined : factsOf(record);
      if (facts !== undefined) repeats.add(facts, () => sentenceOf(record));
      if (facts !== undefined || lasting.isWatching) lasting.note(record);
    },
    close: async () => {
      repeats.close();
      await file?.close();
    },
  };
}
