/**
 * Creates the gateway's log, which listens to the engine's events and writes lines to a terminal or
 * to files (docs/logs.md).
 */

import type { LogSettings } from '../config/resolved/resolved.ts';
import type { Host } from '../host.ts';
import type { EngineEvent, EventListener } from '../model/events.ts';
import { type LogEntry, type LogLevel, toJsonLine, toTextLine } from './entry.ts';
import { Lasting } from './lasting.ts';
import { LogFile } from './log-file.ts';
import { Repeats } from './repeats.ts';
import { factsOf, sentenceOf } from './request-entries.ts';

/** The configuration says how a log is written. */
export interface LogOptions {
  readonly host: Pick<Host, 'clock' | 'files'>;
  readonly folder: string;
  readonly keep: number;
  /** `json` writes to files, the others to `talk`. */
  readonly format: Exclude<LogSettings['format'], 'auto'>;
}

export interface Log {
  readonly listen: EventListener;
  /**
   * Starts to write, with the events so far. Until this is called, the configuration is not known.
   */
  begin(options: LogOptions): void;
  /** Writes a line about the gateway itself. */
  say(event: 'started' | 'stopping', text: string): void;
  /** Writes all pending lines. */
  close(): Promise<void>;
}

/** Events that are logged unchanged. */
type LoggedEvent = Exclude<
  EngineEvent,
  { readonly type: 'asking' | 'finished' | 'rescue' | 'waiting' }
>;

const levels: Readonly<Record<LoggedEvent['type'], LogLevel>> = {
  'config-reloaded': 'info',
  'config-refused': 'error',
  'change-asked': 'info',
  warning: 'warning',
};

/**
 * Events of the gateway as a whole go to `talk` in all formats, since nobody reads log files while
 * it starts. A log that is closed before it begins tells them there.
 */
export function createLog(talk: (text: string) => void): Log {
  let pages: LogPages | undefined;
  const early: LoggedEvent[] = [];

  function noteEvent(event: LoggedEvent): void {
    if (pages === undefined) {
      early.push(event);
      return;
    }
    const { type, text } = event;
    const cause = type === 'warning' ? event.code : undefined;
    pages.say(`${type}: ${text}`, { level: levels[type], event: type, text, cause });
  }

  return {
    listen: (event) => {
      // The line of the request includes what it waited for.
      if (event.type === 'asking' || event.type === 'rescue' || event.type === 'waiting') return;
      if (event.type !== 'finished') return noteEvent(event);
      const { record } = event;
      const { outcome, attempts, skipped } = record;
      const isPlain = outcome === 'answered' && attempts.length === 1 && skipped.length === 0;
      const facts = isPlain ? undefined : factsOf(record);
      if (facts !== undefined) pages?.repeats.add(facts, () => sentenceOf(record));
      if (facts !== undefined || pages?.lasting.isWatching === true) pages?.lasting.note(record);
    },
    begin: (options) => {
      pages = openPages(options, talk);
      for (const event of early.splice(0)) noteEvent(event);
    },
    say: (event, text) => pages?.say(text, { level: 'info', event, text }),
    close: async () => {
      for (const { type, text } of early.splice(0)) talk(`${type}: ${text}\n`);
      pages?.repeats.close();
      await pages?.file?.close();
    },
  };
}

/** Holds what a log that has begun writes to. */
interface LogPages {
  /** Undefined when lines go to `talk`. */
  readonly file: LogFile | undefined;
  /** Writes an entry about the whole gateway, and for people `text`. */
  readonly say: (text: string, entry: Omit<LogEntry, 'at'>) => void;
  readonly repeats: Repeats;
  readonly lasting: Lasting;
}

function openPages(
  { host, folder, keep, format }: LogOptions,
  talk: (text: string) => void,
): LogPages {
  const report = (text: string): void => talk(`warning: ${text}\n`);
  const file = format === 'json' ? new LogFile({ host, folder, keep, report }) : undefined;
  const { clock } = host;
  const write = (entry: LogEntry): void => {
    if (format === 'text') talk(toTextLine(entry, clock.now()));
    else if (file === undefined) talk(toJsonLine(entry));
    else file.add(toJsonLine(entry));
  };
  const say: LogPages['say'] = (text, entry) => {
    if (format !== 'json-stderr') talk(`${text}\n`);
    if (format !== 'text') write({ at: clock.now(), ...entry });
  };
  return { file, say, repeats: new Repeats(clock, write), lasting: new Lasting(write) };
}
