/**
 * A file that is checked before each use and read again after a change; half-written content waits
 * (law 4).
 */

import { findFileShortage, runShort } from '../../errors.ts';
import { describeFileFault, fixFileFault, type fixOtherFile } from '../../host/file-fault.ts';
import type { Host } from '../../host.ts';
import type { Fix } from '../../model/fix.ts';

export type FileContent =
  | { readonly state: 'text'; readonly text: string }
  | { readonly state: 'absent' }
  | { readonly state: 'unreadable'; readonly reason: string; readonly fix?: Fix | undefined };

export interface TrackedFileOptions<T> {
  readonly host: Host;
  readonly path: string;
  readonly parse: (content: FileContent) => T;
  /**
   * True if `next` looks like a file that is just being written; then the old content is used while
   * the file is young.
   */
  readonly isSuspect: (next: T, previous: T) => boolean;
  /** Default: that of a file of ours. */
  readonly fixFault?: typeof fixOtherFile;
}

/** A suspect file younger than this keeps its last good content. */
const youngMs = 300;

export class TrackedFile<T> {
  readonly path: string;
  readonly #options: TrackedFileOptions<T>;
  #settled: { readonly identity: string; readonly value: T } | undefined;
  #absentSince: number | undefined;

  constructor(options: TrackedFileOptions<T>) {
    this.path = options.path;
    this.#options = options;
  }

  /**
   * The current content; the same object until the file changes. Costs one stat. If this process
   * has no file descriptor left, returns the last content; throws `RequestError` (`busy`) if there
   * is none.
   */
  current(): T {
    const look = this.#look();
    if (this.#settled?.identity === look.identity) return this.#settled.value;
    return this.#read(look);
  }

  /** Reads again even if the stamp is unchanged. Throws like `current`. */
  reread(): T {
    return this.#read(this.#look());
  }

  #look(): Look {
    const { files, clock } = this.#options.host;
    try {
      const stamp = files.stamp(this.path);
      if (stamp !== undefined) {
        this.#absentSince = undefined;
        return { identity: stamp.identity, changedAt: stamp.modifiedAt };
      }
    } catch (error) {
      return { identity: 'unreadable', changedAt: 0, ...this.#explain(error) };
    }
    if (this.#settled?.identity === 'absent') return { identity: 'absent', changedAt: 0 };
    this.#absentSince ??= clock.now();
    return { identity: 'absent', changedAt: this.#absentSince };
  }

  #read(look: Look): T {
    const { host, parse, isSuspect } = this.#options;
    const previous = this.#settled;
    const content = this.#readContent(look);
    if (content.state === 'short') {
      if (previous === undefined) throw runShort(content.code);
      return previous.value; // read again at the next call
    }
    const value = parse(content);
    const age = Math.abs(host.clock.now() - look.changedAt);
    if (previous !== undefined && age < youngMs && isSuspect(value, previous.value))
      return previous.value;
    this.#settled = { identity: look.identity, value };
    return value;
  }

  #readContent(look: Look): FileContent | Short {
    const { reason, fix } = look;
    if (reason !== undefined) return { state: 'unreadable', reason, fix };
    if (look.identity === 'absent') return { state: 'absent' };
    try {
      return { state: 'text', text: this.#options.host.files.readText(this.path) };
    } catch (error) {
      const code = findFileShortage(error);
      return code === undefined
        ? { state: 'unreadable', ...this.#explain(error) }
        : { state: 'short', code };
    }
  }

  #explain(error: unknown): { readonly reason: string; readonly fix: Fix | undefined } {
    const { fixFault = fixFileFault } = this.#options;
    return { reason: describeFileFault(error), fix: fixFault(error, this.path) };
  }
}

/** No descriptor was left, so nothing is known of the file. */
interface Short {
  readonly state: 'short';
  readonly code: string;
}

interface Look {
  readonly identity: string;
  readonly changedAt: number;
  readonly reason?: string;
  readonly fix?: Fix | undefined;
}
