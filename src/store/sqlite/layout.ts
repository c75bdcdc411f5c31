/**
 * What stands in one of our SQLite files: its schema, a migration a version, and every statement
 * that is asked of it.
 */

export interface TableLayout<Name extends string> {
  /** As messages call the file. */
  readonly called: string;
  /** What is lost with a damaged one. */
  readonly loses: string;
  /**
   * The n-th text leads from version n to n + 1, all in one transaction; `PRAGMA user_version`
   * holds the version. A text that was released never changes.
   */
  readonly migrations: readonly string[];
  /** A file without any table is a damaged one: nothing in it is made again by itself. */
  readonly isTreasure?: true;
  readonly statements: Readonly<Record<Name, string>>;
  /** For every connection that writes, and for a file that is made. */
  readonly pragmas?: string;
}
