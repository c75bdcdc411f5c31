/** Files that change in memory alone, so that a command can be tried before anybody runs it. */

import type { FileStamp, Files } from '../host.ts';

/** Readers of the copy see what was written to it; the disk stays as it is. */
export function copyFiles(disk: Files): Files {
  const written = new Map<string, string | undefined>();
  let writes = 0;
  const put = (path: string, content: string | undefined): void => {
    written.set(path, content);
    writes += 1;
  };
  const readBy = <T>(read: (path: string) => T, toContent: (text: string) => T) => {
    return (path: string): T => {
      if (!written.has(path)) return read(path);
      const text = written.get(path);
      if (text === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
      return toContent(text);
    };
  };
  const stamp = (path: string): FileStamp | undefined => {
    if (!written.has(path)) return disk.stamp(path);
    const text = written.get(path);
    if (text === undefined) return undefined;
    const mark = `copy ${path}`;
    return {
      identity: `${mark} ${writes}`,
      file: mark,
      modifiedAt: Infinity,
      mode: 0o600,
      bytes: text.length,
    };
  };
  return {
    stamp,
    readText: readBy((path) => disk.readText(path), String),
    readExactText: readBy((path) => disk.readExactText(path), String),
    readBytes: readBy(
      (path) => disk.readBytes(path),
      (text) => Buffer.from(text),
    ),
    writeAtomic: put,
    createExclusive: (path, content) => {
      if (stamp(path) !== undefined) return false;
      put(path, content);
      return true;
    },
    append: async (path, text) => put(path, text),
    list: (folder) => disk.list(folder),
    remove: (path) => put(path, undefined),
    findWriteFault: (folder) => disk.findWriteFault(folder),
    findFileFault: (path) => (written.has(path) ? undefined : disk.findFileFault(path)),
    spaceLeft: (folder) => disk.spaceLeft(folder),
    watch: () => ({ close: () => undefined }),
  };
}
