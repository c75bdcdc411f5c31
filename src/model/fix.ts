/** What a person can do about a problem. Types only. */

declare const isPasteable: unique symbol;

/** A line to paste into a shell. Only `shellLine` makes one, so every value in it is quoted. */
export type ShellLine = string & { readonly [isPasteable]: true };

/** A sentence, and the line that does it, if there is one. */
export interface Fix {
  readonly text: string;
  readonly command?: ShellLine | undefined;
}
