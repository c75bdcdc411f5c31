/**
 * Describes one of our SQLite files: its schema as one migration per version, and all its
 * statements.
 */

export interface TableLayout<Name extends string> {
  /** Name of the file in messages. */
  readonly called: string;
  /** What users lose if it is damaged. */
  readonly loses: string;
  /**
   * The n-th text migrates version n to n + 1; all run in one transaction, and `PRAGMA
   * user_version` has the version. A released text never changes.
   */
  readonly migrations: readonly string[];
  /** A file without tables is treated as damaged, since its content cannot be rebuilt. */
  readonly isTreasure?: true;
  readonly statements: Readonly<Record<Name, string>>;
  /** Run on every writing connection and on new files. */
  readonly pragmas?: string;
}
