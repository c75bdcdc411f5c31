/**
 * Reads a text in other notations: with escapes of JSON, URLs and HTML undone, with base64 and hex
 * decoded. The redactor searches each of them, because a provider's error may repeat what it
 * received in any of them (law 20).
 */

/** `end` is the first place behind the part. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Reading {
  readonly text: string;
  /** Returns the place of a part in the original text. */
  place(part: Span): Span;
}

/** For example JSON in JSON in a URL; nothing deeper was ever seen. */
const maxDepth = 3;

/**
 * Matches escapes of JSON, programs, URLs and HTML. The last alternative is half an escape at the
 * end of a cut text.
 */
const escapes =
  /\\(?:u([\da-f]{4})|x([\da-f]{2})|u\{([\da-f]{1,6})\}|(["\\/nrtbfve0\r\n]))|%([\da-f]{2})|&#x([\da-f]{1,6});|&#(\d{1,7});|&(quot|amp|apos|lt|gt);|(?:\\(?:u[\da-f]{0,3}|x[\da-f]?)?|%[\da-f]?)$/gi;
/** Maps the letter after a backslash; any other character after one means itself. */
const controls: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\u001b',
  0: '\0',
};
/** The last character of Unicode. */
const lastCode = 0x10ffff;
const htmlNames: Readonly<Record<string, string>> = {
  quot: '"',
  amp: '&',
  apos: "'",
  lt: '<',
  gt: '>',
};

/** Matches base64 in either alphabet, long enough for twelve characters. */
const base64Runs = /[\w+/-]{16,}={0,2}/g;
/** Matches hex long enough for twelve characters, with or without separators. */
const hexRuns = /(?:[\da-f]{2}[ :,-]?){12,}[\da-f]?/gi;
const hexShifts = [0, 1] as const;
/** A run may follow other letters of its alphabet: only one of these offsets decodes it. */
const base64Shifts = [0, 1, 2, 3] as const;

/** Yields the text itself first, then every other reading. */
export function* readingsOf(text: string): Generator<Reading> {
  let reading: Reading | undefined = { text, place: (part) => part };
  for (let depth = 0; reading !== undefined && depth <= maxDepth; depth++) {
    yield reading;
    yield* readBase64(reading);
    yield* readHexNotation(reading);
    reading = readUnescaped(reading);
  }
}

/** Decodes each run on its own. A hit covers the whole run. */
function* readBase64({ text, place }: Reading): Generator<Reading> {
  for (const { 0: run, index } of text.matchAll(base64Runs)) {
    const span = place({ start: index, end: index + run.length });
    for (const shift of base64Shifts) {
      yield { text: Buffer.from(run.slice(shift), 'base64').toString('latin1'), place: () => span };
    }
  }
}

function* readHexNotation({ text, place }: Reading): Generator<Reading> {
  for (const { 0: run, index } of text.matchAll(hexRuns)) {
    const span = place({ start: index, end: index + run.length });
    const digits = run.replace(/[ :,-]/g, '');
    for (const shift of hexShifts)
      yield { text: Buffer.from(digits.slice(shift), 'hex').toString('latin1'), place: () => span };
  }
}

/** Returns undefined if there is nothing to undo. */
function readUnescaped({ text, place }: Reading): Reading | undefined {
  const places = new Uint32Array(text.length + 1);
  let read = '';
  let taken = 0;
  const take = (plain: string, at: number): void => {
    for (let offset = 0; offset < plain.length; offset++)
      places[read.length + offset] = at + offset;
    read += plain;
  };
  for (const match of text.matchAll(escapes)) {
    take(text.slice(taken, match.index), taken);
    take(charOf(match), match.index);
    taken = match.index + match[0].length;
  }
  if (taken === 0) return undefined;
  take(text.slice(taken), taken);
  places[read.length] = text.length;
  const placeOf = (at: number): number => places[at] ?? text.length;
  return {
    text: read,
    place: ({ start, end }) => place({ start: placeOf(start), end: placeOf(end) }),
  };
}

/** Returns the character of an escape; an empty text for half an escape at the end. */
function charOf([
  ,
  inJson,
  inByte,
  inBraces,
  plain,
  inUrl,
  inHtml,
  decimal,
  name,
]: RegExpExecArray): string {
  const hex = inJson ?? inByte ?? inBraces ?? inUrl ?? inHtml;
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  if (code <= lastCode) return String.fromCodePoint(code);
  if (plain !== undefined) return controls[plain] ?? plain;
  return htmlNames[name?.toLowerCase() ?? ''] ?? '';
}
