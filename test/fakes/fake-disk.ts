/** Keeps files in memory, with stamps that change at each write. */

import { basename, dirname } from 'node:path';
import type { FileStamp, Files } from '../../src/host.ts';

export class FakeDisk {
  readonly calls = { stamps: 0, reads: 0 };
  /** `append` fails with this error. */
  fault: Error | undefined;
  /** Bytes. */
  left: number | undefined = 1e12;
  readonly #files = new Map<string, { readonly text: string; readonly stamp: FileStamp }>();
  readonly #watchers = new Set<{ readonly folder: string; readonly onChange: () => void }>();
  readonly #now: () => number;
  #writes = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  readonly files: Files = {
    stamp: (path) => {
      this.calls.stamps += 1;
      return this.#files.get(path)?.stamp;
    },
    readText: (path) => this.#read(path),
    readBytes: (path) => Buffer.from(this.#read(path), 'latin1'),
    readExactText: (path) => this.#read(path),
    writeAtomic: (path, content, mode) => this.set(path, content, mode),
    createExclusive: (path, content) => {
      if (this.#files.has(path)) return false;
      this.set(path, content);
      return true;
    },
    append: async (path, text) => {
      if (this.fault !== undefined) throw this.fault;
      this.set(path, `${this.textOf(path) ?? ''}${text}`);
    },
    list: (folder) =>
      [...this.#files.keys()]
        .filter((path) => dirname(path) === folder)
        .map((path) => basename(path)),
    remove: (path) => this.set(path, undefined),
    findWriteFault: () => undefined,
    findFileFault: () => undefined,
    spaceLeft: () => this.left,
    watch: (folder, onChange) => {
      const watcher = { folder, onChange };
      this.#watchers.add(watcher);
      return { close: () => void this.#watchers.delete(watcher) };
    },
  };

  #read(path: string): string {
    this.calls.reads += 1;
    const text = this.textOf(path);
    if (text === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
    return text;
  }

  textOf(path: string): string | undefined {
    return this.#files.get(path)?.text;
  }

  set(path: string, text: string | undefined, mode?: number): void {
    if (text === undefined) this.#files.delete(path);
    else this.write(path, text, this.#now(), mode);
    for (const { folder, onChange } of this.#watchers)
      if (path.startsWith(`${folder}/`)) onChange();
  }

  write(path: string, text: string, modifiedAt: number, mode = 0o600): void {
    this.#writes += 1;
    const identity = `${this.#writes}:${text.length}`;
    this.#files.set(path, {
      text,
      stamp: { identity, file: identity, modifiedAt, mode, bytes: text.length },
    });
  }
}
