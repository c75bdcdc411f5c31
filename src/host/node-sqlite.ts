/**
 * Node's built-in SQLite for the store: loaded when it is first asked for, without the one-time
 * warning of Node 22.
 */

type SqliteModule = typeof import('node:sqlite');

/** Undefined where this runtime has none. */
export function loadSqlite(): SqliteModule | undefined {
  const emitWarning = process.emitWarning;
  // Node 22 says once, while loading, that SQLite is experimental; nobody who asks a model wants to
  // read that.
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
