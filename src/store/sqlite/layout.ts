/** What stands in one of our SQLite files: its schema, a migration a version, and every statement that is asked of it. */

export interface TableLayout<Name extends string> {
  /** As messages call the file. */
  readonly called: string;
  /** What is lost with a damaged one. */
  readonly loses: string;
  /**
   * The n-th text leads from version n to n + 1, all in one transaction; `PRAGMA user_version` holds the version. A text
   * that was released never changes.
   */
  readonly migrations: readonly string[];
  readonly statements: Readonly<Record<Name, string>>;
  /** For every connection that writes. */
  readonly pragmas?: string;
}
