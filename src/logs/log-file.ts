/**
 * Writes the log to disk: a file per day (UTC), more when one is full, and the oldest are deleted.
 * Lines are written in batches, off the path of requests. A failing disk is reported once.
 */

import { describeFileFault } from '../host/file-fault.ts';
import type { Host } from '../host.ts';
import { Batches } from '../store/batches.ts';

/** Lines that may wait for a slow disk. Beyond that the oldest are dropped and counted. */
const maxWaiting = 10_000;

/** Half of the size that is read back as one text. */
const maxBytes = 32 * 1024 * 1024;

/** The first file of a day has no number, so that sorting by name sorts by time. */
const named = /^holdfast-\d{4}-\d\d-\d\d(\.part-\d{3})?\.jsonl$/;

export interface LogFileOptions {
  readonly host: Pick<Host, 'clock' | 'files'>;
  readonly folder: string;
  /** The oldest files beyond this number are removed. */
  readonly keep: number;
  /** Reports that writing fails, and that it works again. */
  readonly report: (text: string) => void;
}

export class LogFile {
  readonly #options: LogFileOptions;
  readonly #waiting: Batches<string>;
  #path = '';
  #lost = 0;
  #isBroken = false;

  constructor(options: LogFileOptions) {
    this.#options = options;
    this.#waiting = new Batches({
      clock: options.host.clock,
      write: (lines) => this.#append(lines),
      onFault: () => undefined, // `#append` has reported it
      limit: maxWaiting,
    });
  }

  /** Never waits and never throws. `line` ends with a line feed. */
  add(line: string): void {
    if (!this.#waiting.add(line)) this.#lost += 1;
  }

  close(): Promise<void> {
    return this.#waiting.close();
  }

  async #append(lines: readonly string[]): Promise<void> {
    const { host, folder, keep, report } = this.#options;
    try {
      const path = choosePath(host, folder);
      await host.files.append(path, lines.join(''));
      if (path !== this.#path) removeOld(host, folder, keep);
      this.#path = path;
    } catch (error) {
      this.#lost += lines.length;
      if (!this.#isBroken)
        report(
          `the log in ${folder} cannot be written: ${describeFileFault(error)}. Requests are still served; lines are lost until it can be written`,
        );
      this.#isBroken = true;
      return;
    }
    if (this.#lost > 0)
      report(`the log in ${folder} is written again; ${this.#lost} lines were lost`);
    this.#lost = 0;
    this.#isBroken = false;
  }
}

/** Returns the files of a log, oldest first. */
export function listLogFiles({ files }: Pick<Host, 'files'>, folder: string): readonly string[] {
  return files
    .list(folder)
    .filter((name) => named.test(name))
    .sort()
    .map((name) => `${folder}/${name}`);
}

/** Returns the latest file of today, or the next one if that is full. */
function choosePath(host: LogFileOptions['host'], folder: string): string {
  const day = `${folder}/holdfast-${new Date(host.clock.now()).toISOString().slice(0, 10)}`;
  const last = listLogFiles(host, folder).findLast((path) => path.startsWith(day));
  if (last === undefined) return `${day}.jsonl`;
  if ((host.files.stamp(last)?.bytes ?? 0) < maxBytes) return last;
  const part = Number(/part-(\d+)/.exec(last)?.[1] ?? 1) + 1;
  return `${day}.part-${String(part).padStart(3, '0')}.jsonl`;
}

function removeOld(host: Pick<Host, 'files'>, folder: string, keep: number): void {
  for (const path of listLogFiles(host, folder).slice(0, -keep)) host.files.remove(path);
}
