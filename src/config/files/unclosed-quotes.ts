/**
 * Finds quotation marks of a `.env` that nobody closed. `parseEnv` then takes the text up to the
 * next one for the value, and the variables in it are not set. Pure.
 */

export interface UnclosedQuote {
  /** Where it opens. */
  readonly line: number;
  readonly quote: string;
  /** The variable that was to have the value. */
  readonly name: string;
  /** The first variable that it takes in, which is therefore not set. */
  readonly lost: string;
}

const opening = /^\s*(?:export\s+)?([^\s=#]+)\s*=\s*(["'`])(.*)$/;
/** No line within a certificate or JSON looks so: base64 ends in `=`, and with nothing behind. */
const assignment = /^\s*(?:export\s+)?([A-Z_][A-Z0-9_]*)=[^=\s]/;

export function findUnclosed(text: string): readonly UnclosedQuote[] {
  const lines = text.split(/\r?\n/);
  const found: UnclosedQuote[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const [, name, quote = '', begun = ''] = opening.exec(lines[at] ?? '') ?? [];
    if (name === undefined || begun.includes(quote)) continue;
    const end = lines.findIndex((line, index) => index > at && line.includes(quote));
    if (end < 0) continue; // no value goes on over lines without an end
    const taken = lines.slice(at + 1, end + 1).map((line) => assignment.exec(line)?.[1]);
    const lost = taken.find((one) => one !== undefined);
    if (lost !== undefined) found.push({ line: at + 1, quote, name, lost });
    at = end;
  }
  return found;
}
