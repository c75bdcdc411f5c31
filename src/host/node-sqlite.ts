/**
 * Node's built-in SQLite for the store, loaded on first use, without Node 22's experimental
 * warning.
 */

type SqliteModule = typeof import('node:sqlite');

/** Undefined if this runtime has none. */
export function loadSqlite(): SqliteModule | undefined {
  const emitWarning = process.emitWarning;
  // Node 22 warns once, while loading, that SQLite is experimental; users need not see that.
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
