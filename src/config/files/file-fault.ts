/**
 * Explains to people why a file cannot be read or created: the system's message names a call
 * instead of a fix.
 */

const words: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder, not a file',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EEXIST: 'its folder is a file',
  EACCES: 'this user may not read or write it',
  EPERM: 'this user may not read or write it',
  EROFS: 'it is on a disk that is mounted read-only',
  ENOSPC: 'the disk is full',
};

export function describeFileFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const known = 'code' in error && typeof error.code === 'string' ? words[error.code] : undefined;
  return known ?? error.message;
}
