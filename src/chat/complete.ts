/** Completes a line of the chat at Tab: a command, or the path of a file to attach. */

import { type FileHost, toAbsolutePath } from './attachments.ts';
import { chatCommandNames } from './chat-commands.ts';

/** Returns what may stand there, and the end of the line that it replaces. */
export type Complete = (line: string) => readonly [candidates: string[], replaced: string];

const command = /^\/[a-z]*$/;
const mention = /(?<![^\s([{"'])@(?:(")([^"\n]*)|(\S*))$/;

export function createComplete(host: FileHost): Complete {
  return (line) => {
    if (command.test(line))
      return [
        chatCommandNames.map((name) => `/${name} `).filter((one) => one.startsWith(line)),
        line,
      ];
    const [replaced, quote, quoted, bare = quoted ?? ''] = mention.exec(line) ?? [];
    if (replaced === undefined) return [[], ''];
    return [listPaths(host, bare, quote !== undefined), replaced];
  };
}

/** A folder ends with a slash, so that Tab goes on inside; hidden names need their dot. */
function listPaths(host: FileHost, typed: string, isQuoted: boolean): string[] {
  const begunAt = typed.lastIndexOf('/') + 1;
  const folder = typed.slice(0, begunAt);
  const begun = typed.slice(begunAt);
  return listNames(host, folder)
    .filter((name) => name.startsWith(begun) && (begun !== '' || !name.startsWith('.')))
    .filter((name) => !/["\p{Cc}]/u.test(name)) // a mention cannot name it
    .sort()
    .map((name) => {
      const path = `${folder}${name}`;
      const isInside = isFolder(host, path);
      if (!isQuoted && !/\s/.test(path)) return `@${path}${isInside ? '/' : ' '}`;
      return `@"${path}${isInside ? '/' : '" '}`;
    });
}

function listNames(host: FileHost, folder: string): readonly string[] {
  try {
    return host.files.list(toAbsolutePath(host, folder));
  } catch {
    return []; // the folder may not be read
  }
}

function isFolder(host: FileHost, path: string): boolean {
  try {
    return host.files.stamp(`${toAbsolutePath(host, path)}/.`) !== undefined;
  } catch {
    return false; // a file, or out of reach
  }
}
