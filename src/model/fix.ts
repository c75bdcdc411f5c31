/** What a person can do about a problem. Types only. */

declare const isPasteable: unique symbol;

/** A line to paste into a shell. Only `shellLine` makes one, so no value in it is left unquoted. */
export type ShellLine = string & { readonly [isPasteable]: true };

/** A sentence, and the line that does it, where one can. */
export interface Fix {
  readonly text: string;
  readonly command?: ShellLine | undefined;
}
